"""What stays private: the lists of private senders, with what of them may be seen even so, and of private labels."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.actions import private, private_labels
from app.actions.desk import Desk
from app.errors import BadRequest
from app.locale.catalogues import N_
from app.models.conditions import MailKind
from app.models.mailbox import SenderRule
from app.rules.label_names import TABS
from app.web.console.frame import owner_page, pages, said, step, to_owner
from app.web.deps import OwnerDesk
from app.web.flash import Flash
from app.web.forms import PostForm

router = pages()

# Why a message is not seen, as a heading over examples.
BECAUSE = {
    "sender": N_("From or to somebody on your private list"),
    "label": N_("With a label on your private list"),
    "security": N_("Sign-in codes, password resets and the like"),
    "thread": N_("In one conversation with private mail"),
    "deskhand": N_("What Deskhand writes to you"),
    "outside": N_("Not private, but outside the limits that are tried"),
}
EXCEPTIONS = ((MailKind.INVITATION, N_("invitations to social events")), (MailKind.APPOINTMENT, N_("appointments")))


class MarkForm(PostForm):
    """A sender and what the owner says of it; `back` is the page the form stands on, `tried` what is tried there."""

    sender: str = Field(default="", max_length=400)
    private: Literal["yes", "no"] = "yes"
    excepted: list[MailKind] = Field(default_factory=list, max_length=len(MailKind))
    back: Literal["senders", "preview"] = "senders"
    tried: str = Field(default="", max_length=250_000)

    def way_back(self, rule_id: UUID) -> str:
        """Return the page to go back to, which names the mark; what is tried there is written anew, by us."""
        tried = parse_qsl(self.tried) if self.back == "preview" else []
        return f"/{self.back}?{urlencode([*tried, ('marked', rule_id)])}"


class LabelForm(PostForm):
    """A label to be private."""

    label: str = Field(default="", max_length=400)


@router.get("/owner/mailboxes/{mailbox_id:uuid}/senders")
async def see_senders(request: Request, desk: OwnerDesk) -> HTMLResponse:
    """Show what is private."""
    return await _senders_page(request, desk)


@router.post("/owner/mailboxes/{mailbox_id:uuid}/senders")
async def mark_sender(request: Request, desk: OwnerDesk, form: Annotated[MarkForm, Form()]) -> Response:
    """Mark a sender as private, save for some kinds of mail, or as never private."""
    try:
        rule = await private.mark_sender(desk, form.sender, private=form.private == "yes", excepted=form.excepted)
    except BadRequest as wrong:
        return await _senders_page(request, desk, wrong=wrong, typed=form)
    return to_owner(request, desk, form.way_back(rule.id))


@router.post("/owner/mailboxes/{mailbox_id:uuid}/senders/{rule_id:uuid}/removal")
async def unmark_sender(
    request: Request, desk: OwnerDesk, rule_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take a sender off the list."""
    await private.unmark_sender(desk, rule_id)
    return to_owner(request, desk, "/senders", Flash.UNMARKED)


@router.post("/owner/mailboxes/{mailbox_id:uuid}/private-labels")
async def mark_label(request: Request, desk: OwnerDesk, form: Annotated[LabelForm, Form()]) -> Response:
    """Mark a label as private."""
    try:
        await private_labels.mark_label(desk, form.label)
    except BadRequest as wrong:
        return await _senders_page(request, desk, wrong=wrong, typed=form)
    return to_owner(request, desk, "/senders", Flash.MARKED)


@router.post("/owner/mailboxes/{mailbox_id:uuid}/private-labels/{label_id:uuid}/removal")
async def unmark_label(
    request: Request, desk: OwnerDesk, label_id: UUID, _form: Annotated[PostForm, Form()]
) -> RedirectResponse:
    """Take a label off the list."""
    await private_labels.unmark_label(desk, label_id)
    return to_owner(request, desk, "/senders", Flash.UNMARKED)


async def just_marked(request: Request, desk: Desk) -> SenderRule | None:
    """Return the mark that this page's address names, as it is now: a link that was made up says nothing untrue."""
    named = request.query_params.get("marked", "")
    return next((rule for rule in await private.marked_senders(desk) if str(rule.id) == named), None) if named else None


async def _senders_page(
    request: Request, desk: Desk, *, wrong: BadRequest | None = None, typed: MarkForm | LabelForm | None = None
) -> HTMLResponse:
    labels = await private_labels.private_labels(desk)
    about_label = isinstance(typed, LabelForm)
    return owner_page(
        request,
        desk,
        "console/senders.html",
        step(request, N_("Private senders")),
        status=wrong.status if wrong else 200,
        tab="senders",
        just_marked=await just_marked(request, desk),
        rules=await private.marked_senders(desk),
        labels=labels,
        tab_names=TABS,
        tabs=_free_tabs(desk, {row.label for row in labels}),
        missing=await private_labels.not_in_mailbox(desk, labels),
        exceptions=EXCEPTIONS,
        wrong_sender="" if about_label else said(request, wrong),
        wrong_label=said(request, wrong) if about_label else "",
        typed_sender=typed.sender if isinstance(typed, MarkForm) else "",
        typed_excepted=typed.excepted if isinstance(typed, MarkForm) else (),
        typed_label=typed.label if isinstance(typed, LabelForm) else "",
    )


def _free_tabs(desk: Desk, marked: set[str]) -> list[tuple[str, str]]:
    """Return the tabs of the inbox that are not private yet, with their names; Outlook has none."""
    if desk.mailbox.provider != private_labels.GMAIL:
        return []
    return [(word, name) for word, name in TABS.items() if word not in marked]
