"""What somebody had typed when she was asked to sign in: sealed in her own browser until she is back.

It is good for this person and this form alone, fills it once, and is never sent off by itself.
"""

from __future__ import annotations

import json
import zlib
from datetime import timedelta
from typing import TypeVar, get_origin
from uuid import UUID

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.actions.desk import Desk
from app.actions.resources import Resources
from app.errors import BadRequest
from app.settings import Settings
from app.web.cookies import TYPED, clear_cookie, read_cookie, set_cookie
from app.web.csrf import FIELD, FORMS
from app.web.cursors import Cursors
from app.web.forms import PostForm
from app.web.places import place_of

LIFE = timedelta(minutes=20)
LONGEST = 3_500  # characters: browsers drop a cookie of more than 4096 bytes
WORDS = ("text", "word")  # the fields in which somebody writes at length

Fields = list[tuple[str, str]]
Filled = TypeVar("Filled", bound=PostForm)


async def typed_in(request: Request, resources: Resources, person_id: UUID) -> str:
    """Return the sealed form of a request that was not carried out; empty if it has none, or one too long to keep."""
    fields = await _fields(request)
    if not fields:
        return ""
    # Packed, a letter of two pages fits.
    typed = zlib.compress(json.dumps([place_of(request.url.path), fields]).encode(), 9)
    sealed = _cursors(resources, person_id).sealed_bytes(typed)
    return sealed if len(sealed) <= LONGEST else ""


async def words_in(request: Request) -> str:
    """Return the letter, or whatever else somebody had written, in a form that was not carried out."""
    return next((value for name, value in await _fields(request) if name in WORDS and value.strip()), "")


def keep_typed(response: Response, settings: Settings, sealed: str) -> None:
    """Have the browser keep a sealed form, if there is one, until its person is back."""
    if sealed:
        set_cookie(response, TYPED, sealed, settings, life=LIFE)


def typed_before(request: Request, resources: Resources, person_id: UUID, form: type[Filled]) -> Filled | None:
    """Return the form as she had filled it in before she signed in, None if there is none for this page."""
    place, fields = _opened(request, resources, person_id)
    if not fields or place != place_of(request.url.path):
        return None
    try:
        return form.model_validate(_values(form, FormData([*fields])))
    except ValidationError:
        return None


def typed_at(request: Request, desk: Desk, form: type[Filled]) -> Filled | None:
    """Return the same for whoever sits at a desk."""
    return typed_before(request, desk.resources, desk.actor.person_id, form) if desk.actor.person_id else None


def forget_typed(request: Request, response: Response) -> None:
    """Have the browser forget what was typed: it stands in the form again."""
    if read_cookie(request, TYPED, request.app.state.settings):
        clear_cookie(response, TYPED, request.app.state.settings)


def forget_anothers(request: Request, response: Response, resources: Resources, person_id: UUID) -> None:
    """Have the browser forget what somebody else had typed than the one who has just signed in."""
    if not _opened(request, resources, person_id)[1]:
        forget_typed(request, response)


async def _fields(request: Request) -> Fields:
    if not request.headers.get("content-type", "").lower().startswith(FORMS):
        return []
    items = (await request.form()).multi_items()
    return [(name, value) for name, value in items if isinstance(value, str) and name != FIELD]


def _opened(request: Request, resources: Resources, person_id: UUID) -> tuple[object, Fields]:
    """Return the place and the fields that the browser keeps for this person; no fields if it keeps none."""
    sealed = read_cookie(request, TYPED, resources.settings)
    try:
        packed = _cursors(resources, person_id).opened_bytes(sealed)
    except BadRequest:
        return None, []
    place, fields = json.loads(zlib.decompressobj().decompress(packed))  # it ends by itself, before what fills it up
    return tuple(place), [(name, value) for name, value in fields]


def _values(form: type[PostForm], given: FormData) -> dict[str, object]:
    """Return what a form is made of; an empty field is none, as in a form that has just been sent."""
    lists = {name for name, field in form.model_fields.items() if get_origin(field.annotation) is list}
    return {name: given.getlist(name) if name in lists else given[name] for name in given if given[name]}


def _cursors(resources: Resources, person_id: UUID) -> Cursors:
    return Cursors.of(resources, person_id, "typed")
