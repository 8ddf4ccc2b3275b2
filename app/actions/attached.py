"""What an assistant gets of the files on a letter: no letter that she would not be shown if it lay in the mailbox."""

from __future__ import annotations

from dataclasses import replace

from app.access.facts import Kind
from app.access.visibility import PrivateRules
from app.actions import excerpts, seeing
from app.actions.desk import Desk
from app.actions.hand import Hand
from app.actions.known import private_rules
from app.actions.whole import opens
from app.errors import InvalidMessage, MessageGone
from app.providers.attached_letters import attached_letters
from app.providers.base import Attachment, Content
from app.rules.letter_files import called_letter, looks_like_letter

MOST_LETTERS = 5  # that are looked through on one message
MOST_BYTES = 10 * 2**20  # of one letter


async def with_public_files(desk: Desk, hand: Hand, content: Content) -> Content:
    """Return a letter without those files that are private letters, or that nobody can judge; the owner gets all.

    A file's name is mostly its subject, and that one hangs there at all says something: so each is fetched and judged
    before the list is shown, and what is not in the list has no number to be opened by. There are seldom any. Those
    beyond the first few stay out of it, or a stranger could have us fetch all day.
    """
    called = [file for file in content.attachments if _called(file)]
    if not called or desk.actor.kind is Kind.OWNER:
        return content
    public = [file.id for file in called[:MOST_LETTERS] if await _may_be_listed(desk, hand, content, file)]
    shown = tuple(file for file in content.attachments if file.id in public or not _called(file))
    return replace(content, attachments=shown)


def is_disguised(file: Attachment, raw: bytes) -> bool:
    """Say whether a file is a letter that is called something else, and so was not judged for the list."""
    return not _called(file) and looks_like_letter(raw)


async def _may_be_listed(desk: Desk, hand: Hand, content: Content, file: Attachment) -> bool:
    if file.size > MOST_BYTES:
        return False
    try:
        raw = await hand.mailbox.attachment(content.message.id, file.id)
    except (InvalidMessage, MessageGone):
        return False
    return await is_public(desk, raw)


async def is_public(desk: Desk, raw: bytes) -> bool:
    """Say whether a letter, and each that hangs on it, would be shown as a whole."""
    if len(raw) > MOST_BYTES:
        return False
    letters = await attached_letters(desk.resources.reader, raw)
    if letters is None:
        return False
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        rules = await private_rules(session, desk.mailbox.id)
    return all(_shows_all(desk, letter, rules) for letter in letters)


def _shows_all(desk: Desk, letter: Content, rules: PrivateRules) -> bool:
    verdict = seeing.judged(desk.resources, letter.message, rules)
    if verdict.reason or verdict.excepted or opens(letter, rules, alone=False):
        return False
    shown = excerpts.letter_shown(letter, rules, [letter.message], alone=False)
    return (shown.text, shown.html) == (letter.text, letter.html)


def _called(file: Attachment) -> bool:
    return called_letter(file.media_type, file.name)
