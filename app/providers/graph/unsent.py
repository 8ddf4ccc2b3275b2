"""Drafts as they stand in a Graph mailbox: read back, copied, and thrown away so that nobody can send them any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import Conflict, MessageGone, NoAnswer, ProviderBusy, ProviderRefused, UnreadableDraft
from app.providers.base import Draft, Folder
from app.providers.fields import inner, word
from app.providers.graph.bodies import Box, as_message, get_message, read_part, thrown_away
from app.providers.graph.calls import known_id
from app.providers.graph.convert import etag_of, is_draft, private_id_of, revision_of
from app.providers.graph.files import digested
from app.providers.graph.folders import WELL_KNOWN
from app.providers.graph.queries import WHOLE, marked
from app.providers.graph.quotation import halves
from app.providers.quoting import split_quote
from app.providers.reading import Reading

TRIES = 5
NOBODY: dict[str, Any] = {"toRecipients": [], "ccRecipients": [], "bccRecipients": []}


async def get(box: Box, draft_id: str) -> Draft:
    """Return a draft as it stands; raise UnreadableDraft if a person made something of it that cannot be read here."""
    return await as_draft(box, await unsent(box, draft_id))


async def unsent(box: Box, draft_id: str, fields: tuple[str, ...] = WHOLE) -> dict[str, Any]:
    """Return a draft's resource; raise MessageGone for what was sent, thrown away, or never was a draft."""
    resource = await get_message(box, draft_id, fields)
    if not is_draft(resource) or await thrown_away(box, resource):
        raise MessageGone()
    return resource


async def as_draft(box: Box, resource: Mapping[str, Any]) -> Draft:
    """Return our own type of a draft's resource (with its body)."""
    text, quoted = [await _readable(box, part, resource) for part in parts_of(resource)]
    plain = text.text
    apart = quoted.text
    if not apart and not is_html(resource):
        plain, apart = split_quote(text.text)
    return Draft(
        id=word(resource, "id"),
        revision=revision_of(resource),
        message=await as_message(box, resource),
        text=plain,
        quoted=apart,
        html=text.html + quoted.html,
        pictures=text.pictures + quoted.pictures,
        attachments=await digested(box, word(resource, "id")),
    )


def parts_of(resource: Mapping[str, Any]) -> tuple[str, str]:
    """Return a draft's own part and its quotation, both as they stand in its body."""
    content = word(inner(resource, "body"), "content")
    return halves(content) if is_html(resource) else (content, "")


def is_html(resource: Mapping[str, Any]) -> bool:
    """Say whether a body is HTML."""
    return word(inner(resource, "body"), "contentType").casefold() == "html"


async def copy(box: Box, draft_id: str) -> Draft:
    """Make a second draft of the same content, files and all, so that the first can be thrown away unsent."""
    resource = await unsent(box, draft_id)
    node = box.calls.build.messages.by_message_id(known_id(draft_id)).copy
    request = box.calls.build.request("POST", node, body={"destinationId": WELL_KNOWN[Folder.DRAFTS]})
    copy_id = word(await box.calls.ask(request, repeatable=False), "id")
    if not copy_id:
        raise NoAnswer()
    made = await get_message(box, copy_id, WHOLE)
    if not is_draft(made) or word(made, "conversationId") != word(resource, "conversationId"):
        await discard(box, copy_id)
        raise ProviderRefused(detail="it makes no second draft of this one")
    private_id = private_id_of(resource)
    if private_id and private_id_of(made) != private_id:
        await box.calls.ask(box.patch(copy_id, marked(private_id), etag=etag_of(made)))
    return await get(box, copy_id)


async def discard(box: Box, draft_id: str) -> None:
    """Throw a draft away so that nobody can send it any more, whatever its id still finds in the trash.

    Its recipients are taken off first, under its etag: what has none is sent from nowhere. What was sent meanwhile has
    the same id and is left alone. Raises ProviderError as long as it cannot be told which of the two it is.
    """
    for _ in range(TRIES):
        try:
            resource = await get_message(box, draft_id)
            if not is_draft(resource):
                return await _left_alone(box, resource)
            await box.calls.ask(box.patch(draft_id, NOBODY, etag=etag_of(resource)))
            if not await thrown_away(box, resource):
                node = box.calls.build.messages.by_message_id(known_id(draft_id))
                await box.calls.ask(box.calls.build.request("DELETE", node))
        except MessageGone:
            return None
        except Conflict:
            continue
        return None
    raise ProviderBusy()


async def _left_alone(box: Box, resource: Mapping[str, Any]) -> None:
    """Say nothing of a letter that was sent or received; raise ProviderBusy for one of ours that is on its way."""
    if private_id_of(resource) and (await as_message(box, resource)).folder is not Folder.SENT:
        raise ProviderBusy()


async def _readable(box: Box, part: str, resource: Mapping[str, Any]) -> Reading:
    reading = await read_part(box, part, html=is_html(resource))
    if not (reading.readable and reading.whole):
        raise UnreadableDraft()
    return reading
