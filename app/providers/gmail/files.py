"""Files of Gmail messages: fetched one by one, since Gmail puts none into a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.errors import MessageGone, UnreadableDraft
from app.providers.base import Attachment
from app.providers.fields import word
from app.providers.file_digests import digest_of_file
from app.providers.gmail.bodies import Box, get_message, leaf_bytes
from app.providers.gmail.convert import Leaf, attachment_of, leaves_of, payload_of


async def attachment(box: Box, message_id: str, attachment_id: str) -> bytes:
    """Return the bytes of the file at that place of the message; raise MessageGone if there is none."""
    leaves, _ = leaves_of(payload_of(await get_message(box, message_id, format="full")))
    leaf = next((leaf for leaf in leaves if leaf.id == attachment_id and leaf.attached), None)
    if leaf is None:
        raise MessageGone()
    return await leaf_bytes(box, message_id, leaf)


async def digested(box: Box, resource: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Return the files of a message in format full, each fetched for its digest.

    Raises UnreadableDraft for one of which Gmail does not give all bytes: nobody could say yes to it.
    """
    leaves, _ = leaves_of(payload_of(resource))
    return tuple([await _digested(box, word(resource, "id"), leaf) for leaf in leaves if leaf.attached])


async def _digested(box: Box, message_id: str, leaf: Leaf) -> Attachment:
    raw = await leaf_bytes(box, message_id, leaf)
    if not raw and (
        leaf.size or leaf.media_type.startswith("message/")
    ):  # an empty file is one, an empty letter is not
        raise UnreadableDraft()
    return replace(attachment_of(leaf), sha256=await digest_of_file(raw))
