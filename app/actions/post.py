"""Post a notice, once: everything that can be repeated, then intent, then the one step that cannot.

The row says how far it came. Before the intent nothing was handed over, so whatever happens there is tried again later.
A row in `intent` whose worker fell silent is never sent again: nobody knows whether it left, and the console says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from app import clock
from app.actions.resources import Resources
from app.actions.wording import address_of, said
from app.errors import BadRequest, NotFound
from app.locale.catalogues import DEFAULT, NAMES, language
from app.models.notice import Notice, NoticeKind, NoticeState
from app.notices.kinds import KINDS
from app.notices.letter import Letter, wire_bytes
from app.notices.mark import mark_key, mark_of
from app.notices.outlet import Outlet, outlet_of
from app.notices.recipients import recipient
from app.notices.smtp import NobodyKnows, NotTaken, at_the_door

LEASE = timedelta(minutes=3)  # longer than all the time that a mail server is given
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))


async def post(resources: Resources, person_id: UUID, notice_id: UUID) -> Notice:
    """Do what a notice needs now, and return it as it is then; anything but a due row is left alone.

    Raises NotFound for an unknown row.
    """
    notice, now = await _notice_of(resources, person_id, notice_id), clock.now()
    if notice.state == NoticeState.INTENT and notice.intent_at and notice.intent_at + LEASE <= now:
        await _end(resources, notice, NoticeState.UNKNOWN)
    elif notice.state == NoticeState.PREPARED and notice.due_at <= now:
        await _leave(resources, notice)
    return await _notice_of(resources, person_id, notice_id)


async def _leave(resources: Resources, notice: Notice) -> None:
    outlet = outlet_of(resources.settings)
    if outlet is None:  # mail was taken out of the settings since
        return await _end(resources, notice, NoticeState.SHOWN)
    letter = await _letter(resources, notice, outlet)
    if isinstance(letter, NoticeState):
        return await _end(resources, notice, letter)
    return await _hand_over(resources, notice, outlet, letter)


async def _hand_over(resources: Resources, notice: Notice, outlet: Outlet, letter: Letter) -> None:
    state = NoticeState.SENT
    try:
        async with at_the_door(outlet, letter.to) as door:
            if not await _intend(resources, notice):
                return  # another worker has it
            await door.hand_over(wire_bytes(letter, outlet, clock.now()))
    except NotTaken as refused:
        await _not_taken(resources, notice, refused)
        return
    except NobodyKnows:
        state = NoticeState.UNKNOWN
    await _end(resources, notice, state)


async def _letter(resources: Resources, notice: Notice, outlet: Outlet) -> Letter | NoticeState:
    """Write the letter from what is so now; or return how it ends if none is to leave."""
    async with resources.db.transaction(person=notice.person_id, mailbox=notice.about_mailbox_id) as session:
        told = await said(session, resources, notice)
        if told is None or not told.still_so:
            return NoticeState.CANCELLED
        address = await address_of(session, told)
    try:
        to = recipient(address)
    except BadRequest:  # a person's own address may be none that every mail server understands
        return NoticeState.FAILED
    words, code = KINDS[notice.kind], notice.language or told.person.language
    tongue = language(code if code in NAMES else DEFAULT)
    return Letter(
        to=to,
        subject=told.text(words.subject, tongue),
        paragraphs=[told.text(each, tongue) for each in words.letter],
        link=resources.settings.public_url + told.path(words.letter_path),
        closing=told.text(words.closing, tongue) if words.closing else "",
        language=tongue.code,
        message_id=notice.message_id,
        mark=mark_of(mark_key(resources.secret), notice.id, to),
    )


async def _intend(resources: Resources, notice: Notice) -> bool:
    """Write the intent down, in a commit of its own; False if the row is not as it was read."""
    now = clock.now()
    done = await _changed(resources, notice, state=NoticeState.INTENT, fence=notice.fence + 1, intent_at=now)
    if done:
        notice.state, notice.fence = NoticeState.INTENT, notice.fence + 1
    return done


async def _not_taken(resources: Resources, notice: Notice, refused: NotTaken) -> None:
    """Put it back for later, or end it: refused for good, or refused for two days."""
    if refused.permanent or notice.tries >= len(PAUSES):
        return await _end(resources, notice, NoticeState.FAILED, answer=refused.answer)
    due_at = clock.now() + PAUSES[notice.tries]
    values = {"state": NoticeState.PREPARED, "due_at": due_at, "dispatched_at": None, "tries": notice.tries + 1}
    await _changed(resources, notice, answer=refused.answer, **values)
    return None


async def _end(resources: Resources, notice: Notice, state: NoticeState, *, answer: str = "") -> None:
    """Write down how it ended. The link of an invitation is kept only while the owner may have to hand it over."""
    values: dict[str, Any] = {"state": state, "answer": answer, "ended_at": clock.now()}
    if state in (NoticeState.SENT, NoticeState.CANCELLED):
        values["link"] = b""
    if state is NoticeState.CANCELLED:
        values["read_at"] = notice.read_at or clock.now()
    elif state is not NoticeState.SENT and notice.kind is NoticeKind.INVITATION:
        values["read_at"] = None  # now it is something she has to be told
    await _changed(resources, notice, **values)


async def _changed(resources: Resources, notice: Notice, **values: Any) -> bool:
    """Change the row if it stands as this worker knows it; whoever has written the intent may correct `unknown`."""
    mine = (NoticeState.INTENT, NoticeState.UNKNOWN) if notice.state == NoticeState.INTENT else (notice.state,)
    async with resources.db.transaction(person=notice.person_id) as session:
        done = await session.execute(
            update(Notice)
            .where(col(Notice.person_id) == notice.person_id, col(Notice.id) == notice.id)
            .where(col(Notice.fence) == notice.fence, col(Notice.state).in_(mine))
            .values(**values)
            .returning(col(Notice.id))
        )
        return done.first() is not None


async def _notice_of(resources: Resources, person_id: UUID, notice_id: UUID) -> Notice:
    async with resources.db.transaction(person=person_id) as session:
        notice = await session.get(Notice, (person_id, notice_id))
    if notice is None:
        raise NotFound
    return notice
