"""Drafts of a Gmail mailbox: written into their thread, read back, compared before every change, sent by id."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

from app.errors import Conflict, InvalidMessage, MessageGone, NoAnswer, ProviderError, ProviderRefused, UnreadableDraft
from app.providers.base import Draft, Reply, SendAs, Sent
from app.providers.fields import dicts, word
from app.providers.gmail.bodies import MOST_ATTACHMENT, Box, body
from app.providers.gmail.calls import ME, known_id
from app.providers.gmail.convert import decoded
from app.providers.gmail.files import digested
from app.providers.gmail.messages import as_message, content, message
from app.providers.gmail.profile import send_as
from app.providers.gmail.writing import message_key_of, write_reply
from app.providers.quoting import split_quote
from app.providers.replying import chosen_sender

LARGE = 5 * 2**20  # bytes; Gmail takes larger messages by its upload address only
MOST_PAGES = 20


async def create(box: Box, reply: Reply) -> Draft:
    """Write a reply into its thread and read it back.

    Gmail answers 200 when it puts a reply into a new thread or another address into From: such a draft is thrown away.
    """
    sender, thread_id, raw = await _written(box, reply)
    given = await box.calls.call(_request(box, "create", raw, thread_id), repeatable=False)
    draft_id = _id_of(given)
    draft = await get(box, draft_id)
    if fault := _fault(draft, thread_id, sender):
        await delete(box, draft_id)
        raise fault
    return draft


async def update(box: Box, draft_id: str, reply: Reply, *, revision: str) -> Draft:
    """Replace a draft that is still at `revision`: Gmail itself would overwrite what a person has just written."""
    sender, thread_id, raw = await _written(box, reply)
    if await _revision(box, draft_id) != revision:
        raise Conflict()
    await box.calls.call(_request(box, "update", raw, thread_id, id=known_id(draft_id)), repeatable=False)
    draft = await get(box, draft_id)
    if fault := _fault(draft, thread_id, sender):
        raise fault
    return draft


async def get(box: Box, draft_id: str) -> Draft:
    """Return a draft as it stands; raise UnreadableDraft if a person made something of it that cannot be read here."""
    resource = await box.calls.call(box.calls.build.drafts.get(userId=ME, id=known_id(draft_id), format="full"))
    held = _message_in(resource)
    found = await body(box, held)
    if not (found.reading.readable and found.reading.whole):
        raise UnreadableDraft()
    text, quoted = split_quote(found.reading.text)
    return Draft(
        id=word(resource, "id") or draft_id,
        revision=word(held, "id"),
        message=await as_message(box, held),
        text=text,
        quoted=quoted,
        html=found.reading.html,
        pictures=found.reading.pictures,
        attachments=await digested(box, held),
    )


async def delete(box: Box, draft_id: str) -> None:
    """Throw a draft away; one that is gone already is as good."""
    try:
        await box.calls.call(box.calls.build.drafts.delete(userId=ME, id=known_id(draft_id)))
    except MessageGone:
        return


async def copy(box: Box, draft_id: str) -> Draft:
    """Make a second draft of the same bytes in the same thread, so that the first can be thrown away unsent."""
    request = box.calls.build.drafts.get(userId=ME, id=known_id(draft_id), format="raw")
    held = _message_in(await box.calls.call(request, most_bytes=MOST_ATTACHMENT))
    raw = decoded(word(held, "raw"))
    if not raw:
        raise InvalidMessage(detail="this draft cannot be copied")
    given = await box.calls.call(_request(box, "create", raw, word(held, "threadId")), repeatable=False)
    return await get(box, _id_of(given))


async def find(box: Box, private_id: str, thread_id: str) -> Draft | None:
    """Return the draft of a thread that is ours by its private id."""
    for draft_id in await _drafts_in(box, thread_id):
        draft = await _if_ours(box, draft_id, private_id)
        if draft:
            return draft
    return None


async def send(box: Box, draft_id: str) -> Sent:
    """Send a draft by its id, once: Gmail consumes it, so that a second sending finds nothing."""
    request = box.calls.build.drafts.send(userId=ME, body={"id": known_id(draft_id)})
    given = await box.calls.call(request, repeatable=False)
    return Sent(id=word(given, "id"), thread_id=word(given, "threadId"))


async def _written(box: Box, reply: Reply) -> tuple[SendAs, str, bytes]:
    """Return who sends, in which thread, and the bytes of a reply."""
    sender = chosen_sender(await send_as(box), reply.from_email)
    if reply.quote:
        answered = await content(box, reply.answers)
        original, text = answered.message, answered.text
    else:
        original, text = await message(box, reply.answers), ""
    return sender, original.thread_id, write_reply(reply, sender, original, text)


def _request(box: Box, call: str, raw: bytes, thread_id: str, **where: str) -> Any:
    method = getattr(box.calls.build.drafts, call)
    if len(raw) > LARGE:
        upload = box.calls.build.upload(raw)
        return method(userId=ME, body={"message": {"threadId": thread_id}}, media_body=upload, **where)
    return method(userId=ME, body={"message": {"threadId": thread_id, "raw": urlsafe_b64encode(raw).decode()}}, **where)


def _fault(draft: Draft, thread_id: str, sender: SendAs) -> ProviderError | None:
    """Return what Gmail made of a draft that was not asked for, if it did."""
    if draft.message.thread_id != thread_id:
        return ProviderRefused(detail="it does not keep this reply in its conversation")
    if [author.email.casefold() for author in draft.message.authors] != [sender.email.casefold()]:
        return InvalidMessage(detail="it does not let this mailbox send from that address")
    return None


def _id_of(given: dict[str, Any]) -> str:
    """Return the id of a draft just made; without one nobody knows whether it was."""
    if not word(given, "id"):
        raise NoAnswer()
    return word(given, "id")


async def _revision(box: Box, draft_id: str) -> str:
    request = box.calls.build.drafts.get(userId=ME, id=known_id(draft_id), format="minimal")
    return word(_message_in(await box.calls.call(request)), "id")


async def _drafts_in(box: Box, thread_id: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        answer = await box.calls.call(box.calls.build.drafts.list(userId=ME, maxResults=500, pageToken=cursor))
        listed = dicts(answer.get("drafts"))
        found += [word(each, "id") for each in listed if word(_message_in(each), "threadId") == thread_id]
        cursor = word(answer, "nextPageToken") or None
        if cursor is None:
            break
    return found


async def _if_ours(box: Box, draft_id: str, private_id: str) -> Draft | None:
    try:
        draft = await get(box, draft_id)
    except (MessageGone, InvalidMessage):
        return None
    ours = draft.message.private_id == private_id
    return draft if ours or draft.message.message_id.startswith(f"<{message_key_of(private_id)}@") else None


def _message_in(resource: dict[str, Any]) -> dict[str, Any]:
    held = resource.get("message")
    return held if isinstance(held, dict) else {}
