"""The owner's invitations: ticked, and made into a link."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions import invite
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.web import once
from app.web.console import terms
from app.web.console.frame import owner_page, pages, said, step, to_owner
from app.web.console.terms import LEVELS, InviteForm, Level
from app.web.deps import Fresh, OwnerDesk
from app.web.flash import Flash
from app.web.kept import forget_typed, typed_before
from app.web.languages import choose

router = pages()
PATH = "/owner/mailboxes/{mailbox_id:uuid}/invitations"


@router.get(PATH + "/new")
async def new_invitation(request: Request, desk: OwnerDesk, signed: Fresh, level: Level = Level.TRAINEE) -> Response:
    """Show the sentences to tick; a level fills them in to begin with."""
    _says, scopes, needs_approval = LEVELS[level]
    end = terms.usual_end(desk.mailbox.zone)
    form = InviteForm(scopes=[scope.value for scope in scopes], until=end, needs_approval=needs_approval)
    kept = typed_before(request, desk.resources, signed.person.id, InviteForm)
    response = _form_page(request, desk, kept or form, level=None if kept else level)
    forget_typed(request, response)
    return response


@router.post(PATH)
async def invite_assistant(
    request: Request, desk: OwnerDesk, _fresh: Fresh, form: Annotated[InviteForm, Form()]
) -> Response:
    """Make the invitation, and lead to the page that shows its link."""
    try:
        invitation, token = await invite.invite(
            desk,
            scopes=form.scopes,
            until=form.end_in(desk.mailbox.zone),
            language=choose(request).code,
            needs_approval=form.needs_approval,
            mail_to=form.mail_to,
        )
    except BadRequest as wrong:
        return _form_page(request, desk, form, wrong=wrong)
    response = to_owner(request, desk, f"/invitations/{invitation.id}", Flash.INVITED)
    once.hold(response, desk.resources.settings, token)
    return response


def _form_page(
    request: Request, desk: Desk, form: InviteForm, *, level: Level | None = None, wrong: BadRequest | None = None
) -> HTMLResponse:
    language = choose(request)
    return owner_page(
        request,
        desk,
        "console/invite.html",
        step(request, N_("Invite an assistant")),
        status=wrong.status if wrong else 200,
        wrong=said(request, wrong),
        form=form,
        level=level,
        levels=[(each, language.gettext(says)) for each, (says, _scopes, _approval) in LEVELS.items()],
        rows=terms.ticks(language),
        approvals=terms.APPROVALS,
        mails=bool(desk.resources.settings.mail_url.get_secret_value()),
        last=terms.last_end(desk.mailbox.zone),
    )
