"""Open one of the files that hang on a message."""

from __future__ import annotations

from uuid import UUID

from app.access.acts import Act
from app.access.facts import Kind
from app.actions import whole
from app.actions.attached import is_disguised, is_public, with_public_files
from app.actions.desk import Desk
from app.actions.draft import message_of
from app.actions.hand import About
from app.errors import NotFound
from app.providers.base import Attachment


async def open_attachment(desk: Desk, message_id: UUID, number: int) -> tuple[Attachment, bytes]:
    """Return one attachment with its bytes, by its place (0 is the first) in the list that its reader is shown.

    Raises NotFound for an assistant if it is a letter that is private or cannot be judged, and has that recorded.
    """
    known = await message_of(desk, message_id)
    async with desk.act(Act.OPEN_ATTACHMENT, About(message=known)) as hand:
        content = await hand.mailbox.read(known.provider_id)
        await whole.learnt_of_file(desk, known, content)
        content = await with_public_files(desk, hand, content)
        if not 0 <= number < len(content.attachments):
            raise NotFound
        file = content.attachments[number]
        raw = await hand.mailbox.attachment(known.provider_id, file.id)
        if desk.actor.kind is not Kind.OWNER and is_disguised(file, raw) and not await is_public(desk, raw):
            await desk.refuse(Act.OPEN_ATTACHMENT, "private", About(message=known))
        return file, raw
