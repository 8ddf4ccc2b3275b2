"""Drafts of a Graph mailbox: written into their conversation, compared before every change, sent by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import AppError, Conflict, InvalidMessage, MessageGone, NoAnswer, ProviderError, ProviderRefused
from app.providers.base import Address, Draft, Folder, Reply, SendAs, Sent
from app.providers.fields import word
from app.providers.graph.bodies import Box, read_part, thrown_away
from app.providers.graph.calls import known_id
from app.providers.graph.convert import etag_of, is_draft, private_id_of, revision_of, send_as_of
from app.providers.graph.messages import bearing, content
from app.providers.graph.queries import Query, marked
from app.providers.graph.quotation import document, quote_html, words_html
from app.providers.graph.unsent import as_draft, discard, get, parts_of, unsent
from app.providers.quoting import MOST_QUOTED
from app.providers.replying import checked, chosen_sender, plain_name, plain_spec

PERSON = ["mail", "userPrincipalName", "displayName", "proxyAddresses"]
STATE = ("id", "isDraft", "parentFolderId")


async def send_as(box: Box) -> tuple[SendAs, ...]:
    """Return the owner's addresses. Graph names no others that she may send from, and none that wait for her yes."""
    try:
        person = await box.calls.get(box.calls.build.me, {"$select": PERSON})
    except InvalidMessage:  # personal accounts have no such list
        person = await box.calls.get(box.calls.build.me, {"$select": PERSON[:-1]})
    return send_as_of(person)


async def create(box: Box, reply: Reply) -> Draft:
    """Write a reply into its conversation and read it back.

    Words, recipients and our mark go along with `createReply`, so that a draft whose answer was lost is whole and can
    be found. What Graph made otherwise is mended before anybody sees it; what cannot be mended is thrown away.
    """
    change = _change(checked(reply), chosen_sender(await send_as(box), reply.from_email))
    draft_id = await _made(box, reply, change)
    try:
        return await _mended(box, draft_id, reply, change)
    except (ProviderError, Conflict):
        await discard(box, draft_id)
        raise


async def update(box: Box, draft_id: str, reply: Reply, *, revision: str) -> Draft:
    """Replace a draft that is still at `revision`, and keep what it quotes: a new body would replace that too."""
    change = _change(checked(reply), chosen_sender(await send_as(box), reply.from_email))
    resource = await unsent(box, draft_id)
    if revision_of(resource) != revision:
        raise Conflict()
    change |= _body(reply.text, parts_of(resource)[1] if reply.quote else "")
    await box.calls.ask(box.patch(draft_id, change, etag=etag_of(resource)), repeatable=False)
    draft = await get(box, draft_id)
    if fault := _fault(draft, change):
        raise fault
    return draft


async def find(box: Box, private_id: str, thread_id: str) -> Draft | None:
    """Return the draft of a conversation that bears our property; not one that was about to be thrown away."""
    for resource in await bearing(box, Folder.DRAFTS, private_id, thread_id):
        ours = is_draft(resource) and private_id_of(resource) == private_id
        if ours and word(resource, "conversationId") == thread_id and not await thrown_away(box, resource):
            try:
                found = await get(box, word(resource, "id"))
            except (MessageGone, InvalidMessage):
                continue
            if found.message.to or found.message.cc or found.message.bcc:
                return found
    return None


async def send(box: Box, draft_id: str) -> Sent:
    """Send a draft by its id, once. Graph takes it (202) and says no more; a second sending finds no draft.

    One that lies in the trash is looked for first: by its immutable id Graph might send it from there.
    """
    await unsent(box, draft_id, STATE)
    node = box.calls.build.messages.by_message_id(known_id(draft_id)).send
    try:
        await box.calls.ask(box.calls.build.request("POST", node), repeatable=False)
    except (InvalidMessage, ProviderRefused):
        await unsent(box, draft_id, STATE)  # refused because it has left, or is no draft any more
        raise
    return Sent()


def _change(reply: Reply, sender: SendAs) -> Query:
    """Return what a draft has to be besides its body, as Graph writes it."""
    change: Query = {"toRecipients": _recipients(reply.to), "ccRecipients": _recipients(reply.cc)} | marked(
        reply.private_id
    )
    if not sender.default:
        change["from"] = _recipients([Address(email=sender.email, name=sender.name)])[0]
    return change


def _body(words: str, quotation: str) -> Query:
    return {"body": {"contentType": "html", "content": document(words, quotation)}}


async def _made(box: Box, reply: Reply, change: Mapping[str, Any]) -> str:
    """Return the id of a new draft; one whose recipients or mark Graph does not take along gets them afterwards."""
    node = box.calls.build.messages.by_message_id(known_id(reply.answers)).create_reply
    whole = {"comment": words_html(reply.text), "message": change}
    try:
        given = await box.calls.ask(box.calls.build.request("POST", node, body=whole), repeatable=False)
    except InvalidMessage:
        given = await box.calls.ask(box.calls.build.request("POST", node, body={}), repeatable=False)
    if not word(given, "id"):
        raise NoAnswer()
    return word(given, "id")


async def _mended(box: Box, draft_id: str, reply: Reply, change: Mapping[str, Any]) -> Draft:
    """Return a new draft once it is as it was meant."""
    resource = await unsent(box, draft_id)
    quotation = await _quotation(box, reply, parts_of(resource)[1])
    try:
        draft = await as_draft(box, resource) if quotation == parts_of(resource)[1] else None
    except InvalidMessage:
        draft = None
    marks = private_id_of(resource) == reply.private_id
    if draft and marks and _squashed(draft.text) == _squashed(reply.text) and not _fault(draft, change):
        return draft
    whole = {**change, **_body(reply.text, quotation)}
    await box.calls.ask(box.patch(draft_id, whole, etag=etag_of(resource)))
    draft = await get(box, draft_id)
    if fault := _fault(draft, change):
        raise fault
    return draft


async def _quotation(box: Box, reply: Reply, made: str) -> str:
    """Return what a new draft quotes: what Graph made, if that can be read and is not endless, else one of ours."""
    if not reply.quote:
        return ""
    reading = await read_part(box, made, html=True)
    if not reading.readable:  # nor would the letter that it quotes be
        return ""
    if reading.text.strip() and reading.whole and len(reading.text) <= MOST_QUOTED:
        return made
    answered = await content(box, reply.answers)
    return quote_html(answered.message, answered.text)


def _fault(draft: Draft, change: Mapping[str, Any]) -> AppError | None:
    """Return what Graph made of a draft that was not asked for, if it did."""
    for asked, people in (("toRecipients", draft.message.to), ("ccRecipients", draft.message.cc)):
        if _emails(change[asked]) != sorted(each.email.casefold() for each in people):
            return ProviderRefused(detail="it does not keep this reply's recipients")
    authors = [each.email.casefold() for each in draft.message.authors]
    if "from" in change and authors != _emails([change["from"]]):
        return InvalidMessage(detail="it does not let this mailbox send from that address")
    return None


def _recipients(people: Sequence[Address]) -> list[dict[str, Any]]:
    """Return people as Graph writes them; raise InvalidMessage for an address that is none."""
    return [{"emailAddress": {"address": plain_spec(each.email), "name": plain_name(each.name)}} for each in people]


def _emails(recipients: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted(str(each["emailAddress"]["address"]).casefold() for each in recipients)


def _squashed(text: str) -> str:
    return " ".join(text.split())
