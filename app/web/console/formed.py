"""What every form with the terms of a grant stands on its page with: rows to tick, what is wrong, zones, kinds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from starlette.requests import Request

from app.access.acts import OFFERED
from app.errors import BadRequest
from app.web.console import terms
from app.web.console.bounds import KINDS, BoundsFields, WrongFields
from app.web.console.frame import said
from app.web.languages import choose
from app.web.zones import zone_groups


def formed(
    request: Request,
    form: BoundsFields | None,
    wrong: BadRequest | None = None,
    *,
    last: date | None = None,
    only: Iterable[str] = OFFERED,
) -> dict[str, Any]:
    """Return the values of a page with such a form, its status among them; `last` is the last end date."""
    language = choose(request)
    fields = wrong.fields if isinstance(wrong, WrongFields) else {}
    return {
        "status": wrong.status if wrong else 200,
        "wrong": said(request, wrong),
        "errors": {name: error.sentence(language.gettext) for name, error in fields.items()},
        "form": form,
        "rows": terms.ticks(language, only),
        "kinds": KINDS,
        "zones": zone_groups,
        "last": last,
    }
