"""The form of an invitation: filled in by a level, or as it was typed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.access.levels import LEVELS, Level
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web.console import terms
from app.web.console.formed import formed
from app.web.console.frame import owner_page, step
from app.web.console.terms import InviteForm
from app.web.console.tried import TriedTerms
from app.web.languages import choose


def first_page(request: Request, desk: Desk, typed: TriedTerms) -> HTMLResponse:
    """Return the form as it begins: with what was typed before a look at the mail, else filled in by a level."""
    level = None if typed.tried else typed.level or Level.TRAINEE
    fields = terms.of_level(LEVELS[level], desk.mailbox.zone) if level else typed.kept(desk.mailbox.zone)
    return invite_page(request, desk, InviteForm(**fields), level=level)


def invite_page(
    request: Request, desk: Desk, form: InviteForm, *, level: Level | None = None, wrong: BadRequest | None = None
) -> HTMLResponse:
    """Return the form, with what was typed and what is wrong with it."""
    gettext = choose(request).gettext
    return owner_page(
        request,
        desk,
        "console/invite.html",
        step(request, N_("Invite an assistant")),
        level=level,
        levels=[(each, gettext(rule.name), gettext(rule.says)) for each, rule in LEVELS.items()],
        approvals=terms.APPROVALS,
        mails=bool(desk.resources.settings.mail_url.get_secret_value()),
        **formed(request, form, wrong, last=terms.last_end(desk.mailbox.zone)),
    )
