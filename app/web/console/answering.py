"""The owner's answer to whoever has accepted an invitation, and an invitation taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.actions import accept, invite
from app.web.console.frame import pages, to_owner
from app.web.deps import Fresh, OwnerDesk, texts_in
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/invitations/{invitation_id:uuid}"


@router.post(PATH + "/confirmation")
async def confirm(
    request: Request, desk: OwnerDesk, _fresh: Fresh, invitation_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Give the access to whoever accepted."""
    grant = await accept.confirm(desk, invitation_id, texts=texts_in)
    return to_owner(request, desk, f"/grants/{grant.id}", Flash.CONFIRMED)


@router.post(PATH + "/withdrawal")
async def withdraw(
    request: Request, desk: OwnerDesk, invitation_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take the invitation back, or refuse whoever accepted it."""
    refused = await invite.withdraw(desk, invitation_id)
    return to_owner(request, desk, "", Flash.REFUSED if refused else Flash.WITHDRAWN)
