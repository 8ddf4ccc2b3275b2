"""The owner's invitations: ticked, shown once as a link, confirmed when it is clear who took it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.access.levels import LEVELS, Level
from app.actions import accept, invite
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.formed import formed
from app.web.console.frame import owner_page, pages, step, to_owner
from app.web.console.terms import InviteForm
from app.web.console.tried import TriedTerms, as_query
from app.web.deps import Fresh, OwnerDesk, texts_in
from app.web.flash import Flash
from app.web.forms import PostForm
from app.web.languages import choose

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/invitations"


@router.get(PATH + "/new")
async def new_invitation(
    request: Request, desk: OwnerDesk, _fresh: Fresh, typed: Annotated[TriedTerms, Query()]
) -> Response:
    """Show the sentences to tick; a level fills them in to begin with, or what was typed before a look at the mail."""
    level = None if typed.tried else typed.level or Level.TRAINEE
    fields = terms.of_level(LEVELS[level], desk.mailbox.zone) if level else typed.kept(desk.mailbox.zone)
    return _form_page(request, desk, InviteForm(**fields), level=level)


@router.post(PATH)
async def invite_assistant(
    request: Request, desk: OwnerDesk, _fresh: Fresh, form: Annotated[InviteForm, Form()]
) -> Response:
    """Make the invitation, and lead to the page that shows its link; or first to what such a person would see."""
    if form.do:
        return to_owner(request, desk, f"/preview?{as_query(form)}")
    try:
        invitation, token = await invite.invite(
            desk,
            scopes=form.scopes,
            until=form.end_in(desk.mailbox.zone),
            language=choose(request).code,
            needs_approval=form.needs_approval,
            conditions=form.conditions,
            mail_to=form.mail_to,
        )
    except BadRequest as wrong:
        return _form_page(request, desk, form, wrong=wrong)
    response = to_owner(request, desk, f"/invitations/{invitation.id}", Flash.INVITED)
    once.hold(response, desk.resources.settings, token)
    return response


@router.post(PATH + "/{invitation_id:uuid}/confirmation")
async def confirm(
    request: Request, desk: OwnerDesk, _fresh: Fresh, invitation_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Give the access to whoever accepted."""
    grant = await accept.confirm(desk, invitation_id, texts=texts_in)
    return to_owner(request, desk, f"/grants/{grant.id}", Flash.CONFIRMED)


@router.post(PATH + "/{invitation_id:uuid}/withdrawal")
async def withdraw(
    request: Request, desk: OwnerDesk, invitation_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take the invitation back, or refuse whoever accepted it."""
    refused = await invite.withdraw(desk, invitation_id)
    return to_owner(request, desk, "", Flash.REFUSED if refused else Flash.WITHDRAWN)


def _form_page(
    request: Request, desk: Desk, form: InviteForm, *, level: Level | None = None, wrong: BadRequest | None = None
) -> HTMLResponse:
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
