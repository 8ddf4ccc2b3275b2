"""The page of an assistant's proposal, as whoever has its link sees it."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.actions import overview, propose
from app.actions.resources import Resources
from app.actions.terms import readable
from app.errors import BadRequest
from app.web.console import terms
from app.web.console.formed import formed
from app.web.console.terms import TermsForm
from app.web.deps import MaybeSignedIn
from app.web.languages import choose
from app.web.render import page
from app.web.ways import mailbox_ways, sign_in_ways


class TakenForm(TermsForm):
    """The terms as the owner has changed them, and at which mailbox of hers."""

    mailbox_id: UUID


async def proposal_page(
    request: Request,
    resources: Resources,
    token: str,
    signed: MaybeSignedIn,
    *,
    form: TakenForm | None = None,
    wrong: BadRequest | None = None,
) -> HTMLResponse:
    """Show a proposal to anybody who has its link; to an owner with the ticks to change and her mailboxes."""
    proposal, assistant = await propose.proposal_by(resources, token)
    owned = await overview.owned(resources, signed.person.id) if signed else []
    language = choose(request)
    readable(proposal.conditions)
    zone = assistant.zone or "UTC"  # in which the last day was chosen: no mailbox is known yet
    proposed = terms.TermsForm(**terms.as_given(proposal, proposal.scopes, proposal.grant_until, zone))
    return page(
        request,
        "console/proposed.html",
        proposal=proposal,
        proposed_zone=zone,
        assistant=assistant,
        own=signed is not None and assistant.id == signed.person.id,
        mailboxes=[mailbox for mailbox, _waiting in owned if mailbox.state == "active"],
        rights=terms.sentences(language, proposal.scopes),
        approvals=terms.APPROVALS,
        **terms.told(language, proposal),
        **formed(request, form or proposed, wrong, last=terms.last_end("UTC")),
        ways=sign_in_ways(resources.settings),
        connects=mailbox_ways(resources.settings),
        token=token,
    )
