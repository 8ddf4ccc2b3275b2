"""A reply in words that the owner has approved: its blanks are filled, and nothing else is written."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.draft import SeenDraft, message_of, put_into_mailbox
from app.actions.hand import About
from app.actions.templates import template_of
from app.actions.writing import new_row
from app.errors import Conflict
from app.rules.filling import filled


async def reply_with_template(
    desk: Desk, message_id: UUID, template_id: UUID, values: Mapping[str, str], *, draft_id: UUID | None = None
) -> SeenDraft:
    """Write an approved text as a draft into the thread of a message; to whom it goes is worked out here.

    Raises BadRequest for a blank that is missing, unknown or unfit, and Conflict for a text that is used no more. As
    long as nobody changes the draft, and the text stays in force, it needs no approval of its own where the grant asks
    for one for free text alone.
    """
    template = await template_of(desk, template_id)
    if template.row.ended_at:
        raise Conflict("This text is used no more. Choose another one.")
    words = filled(template.text, values)
    message = await message_of(desk, message_id)
    row = await new_row(desk, message, draft_id)
    row.template_id, row.template_version = template.row.id, template.row.version
    about = About(message=message, template=template.row, noted={"provider_draft": ""})
    return await put_into_mailbox(desk, Act.REPLY_TEMPLATE, row, words, about)
