"""Where anybody who was shown a certificate has it checked; who only guesses learns that nothing was certified here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import certificate
from app.actions.signing import LONGEST
from app.web.deps import ResourcesHere
from app.web.forms import PostForm
from app.web.render import page

router = APIRouter(include_in_schema=False)


class CertificateForm(PostForm):
    """A certificate as text."""

    text: str = Field(max_length=LONGEST)


@router.get("/certificates")
async def before_checking(request: Request) -> HTMLResponse:
    """Ask for a certificate."""
    return page(request, "certificates.html", checked=None, text="")


@router.post("/certificates")
async def check_certificate(
    request: Request, resources: ResourcesHere, form: Annotated[CertificateForm, Form()]
) -> HTMLResponse:
    """Say whether it is genuine, and whether the chains still hold what it rests on."""
    checked = await certificate.check(resources, form.text)
    return page(request, "certificates.html", checked=checked, text=form.text)
