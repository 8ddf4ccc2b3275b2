"""What is remembered of a draft and its conversation: a digest and ids, never words."""

from __future__ import annotations

from collections.abc import Iterable

from app.models.draft import Draft as DraftRow
from app.providers.base import Draft, Folder, Message
from app.rules.canonical import content_sha256


def digest(draft: Draft) -> bytes:
    """Return the digest of the canonical form of a draft as the mailbox gives it back."""
    message = draft.message
    return content_sha256(
        to=[address.email for address in message.to],
        cc=[address.email for address in message.cc],
        bcc=[address.email for address in message.bcc],
        sender=message.authors[0].email if message.authors else "",
        subject=message.subject,
        text=f"{draft.text}\n{draft.quoted}",
        html=draft.html,
        attachments=[(file.name, file.size, file.sha256) for file in draft.attachments],
        reply_to=[address.email for address in message.reply_to],
        pictures=draft.pictures,
    )


def edited(row: DraftRow, draft: Draft) -> bool:
    """Say whether somebody has made something else of a draft than was last known of it here.

    A new revision alone is no edit: Outlook gives one for a category or a flag, Gmail when a draft is opened and saved.
    """
    return row.revision != draft.revision and row.content_sha256 != digest(draft)


def thread_ids(messages: Iterable[Message]) -> tuple[str, ...]:
    """Return the ids of a conversation's messages, drafts left out."""
    return tuple(message.id for message in messages if message.folder is not Folder.DRAFTS)
