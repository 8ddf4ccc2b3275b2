"""What somebody had typed when she was asked to sign in once more: sealed in her own browser until she is back.

It is good for this person and this form alone, fills it once, and is never sent off by itself.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TypeVar, get_origin
from uuid import UUID

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.actions.resources import Resources
from app.errors import BadRequest
from app.settings import Settings
from app.web.cookies import clear_cookie, read_cookie, set_cookie
from app.web.csrf import FIELD, FORMS
from app.web.cursors import Cursors
from app.web.forms import PostForm
from app.web.places import place_of

TYPED = "deskhand-typed"
LIFE = timedelta(minutes=20)
LONGEST = 3_500  # characters: browsers drop a cookie of more than 4096 bytes

Filled = TypeVar("Filled", bound=PostForm)


async def typed_in(request: Request, resources: Resources, person_id: UUID) -> str:
    """Return the sealed form of a request that was not carried out; empty if it has none, or one too long to keep."""
    if not request.headers.get("content-type", "").lower().startswith(FORMS):
        return ""
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    typed = [(name, value) for name, value in fields if name != FIELD]
    sealed = _cursors(request, resources, person_id).sealed(json.dumps(typed) if typed else "")
    return sealed if len(sealed) <= LONGEST else ""


def keep_typed(response: Response, settings: Settings, sealed: str) -> None:
    """Have the browser keep a sealed form, if there is one, until its person is back."""
    if sealed:
        set_cookie(response, TYPED, sealed, settings, life=LIFE)


def typed_before(request: Request, resources: Resources, person_id: UUID, form: type[Filled]) -> Filled | None:
    """Return the form as she had filled it in before she signed in once more, None if there is none for this page."""
    sealed = read_cookie(request, TYPED, resources.settings)
    try:
        given = FormData(json.loads(_cursors(request, resources, person_id).opened(sealed) or "[]"))
        return form.model_validate(_values(form, given)) if given else None
    except (BadRequest, ValidationError):
        return None


def forget_typed(request: Request, response: Response) -> None:
    """Have the browser forget what was typed: it stands in the form again."""
    if read_cookie(request, TYPED, request.app.state.settings):
        clear_cookie(response, TYPED, request.app.state.settings)


def _values(form: type[PostForm], given: FormData) -> dict[str, object]:
    lists = {name for name, field in form.model_fields.items() if get_origin(field.annotation) is list}
    return {name: given.getlist(name) if name in lists else given[name] for name in given}


def _cursors(request: Request, resources: Resources, person_id: UUID) -> Cursors:
    return Cursors.of(resources, person_id, " ".join(("typed", *place_of(request.url.path))))
