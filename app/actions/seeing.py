"""What of a mailbox is private: judged from the live thread, remembered as ids with a reason, never as words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from app.access.conditions import MailFacts
from app.access.visibility import (
    LABEL,
    PRIVATE_SENDER,
    THREAD,
    WHOLE,
    PrivateRules,
    Verdict,
    is_cleared,
    is_labelled,
    let_through,
    private_because,
)
from app.actions.known import as_before, by_now, remembered
from app.actions.likeness import likeness
from app.actions.resources import Resources
from app.errors import MessageGone
from app.models.mailbox import Known, KnownMessage, Mailbox
from app.notices.mark import is_ours, mark_key
from app.providers.base import Message, Thread
from app.providers.protocol import Provider

GONE = MailFacts(authors=())  # nobody wrote what is not there any more, and it bears no label


@dataclass(frozen=True)
class Judged:
    """A message as it was judged by its conversation, and what it is like."""

    row: Known | KnownMessage
    mail: MailFacts


async def verdict(resources: Resources, mailbox: Mailbox, provider: Provider, message: KnownMessage) -> Judged:
    """Return a message as it is judged now, by its whole conversation in the mailbox."""
    return await judged_by(resources, mailbox, await _conversation(provider, message), message)


async def judged_by(resources: Resources, mailbox: Mailbox, thread: Thread, message: KnownMessage) -> Judged:
    """Return a message as it is judged by its conversation, which was fetched just now."""
    known = await learn(resources, mailbox, thread)
    like = next((likeness(each, mailbox) for each in thread.messages if each.id == message.provider_id), GONE)
    return Judged(known.get(message.provider_id, message), like)


async def _conversation(provider: Provider, message: KnownMessage) -> Thread:
    """Return a message's conversation; where the provider has none any more, the message itself if that is there."""
    try:
        return await provider.thread(message.thread_id)
    except MessageGone:
        return Thread(id=message.thread_id, messages=(await provider.message(message.provider_id),))


async def learn(
    resources: Resources, mailbox: Mailbox, *threads: Thread, opening: Collection[str] = ()
) -> dict[str, Known]:
    """Judge conversations, each by itself, and remember them; return their messages by the provider's id.

    A thread that was private stays private, whatever was deleted from it since, until the sender rules change.
    `opening` are the ids of messages whose whole text opens accounts; that is remembered whatever rules change, unless
    the owner shows the sender's mail.
    """
    known, _ = await learn_by(resources, mailbox, threads, opening=opening)
    return known


async def learn_by(
    resources: Resources, mailbox: Mailbox, threads: Sequence[Thread], *, opening: Collection[str] = ()
) -> tuple[dict[str, Known], PrivateRules]:
    """Judge conversations as `learn` does, and return by what rules besides."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        version, rules, before = await by_now(session, mailbox.id, threads)
        known = before.opening | set(opening)
        found: dict[str, tuple[str, Verdict]] = {}
        for thread in threads:
            alone = [_alone(resources, message, rules, known) for message in thread.messages]
            verdicts = together(alone, before.reasons.get(thread.id, ()))
            if not thread.whole:  # who knows what else is in it
                verdicts = [each if each.reason == WHOLE else Verdict(THREAD) for each in alone]
            for message, each in zip(thread.messages, verdicts, strict=True):
                _put(found, message, each)
        new = {each: row for each, row in found.items() if not as_before(before.rows.get(each), *row, version)}
        kept = await remembered(session, mailbox.id, version, new, _cleared(threads, rules)) if new else {}
        return {each: kept.get(each) or before.rows[each] for each in found}, rules


def _alone(resources: Resources, message: Message, rules: PrivateRules, opening: Collection[str]) -> Verdict:
    if message.id in opening and not _is_cleared(message, rules):
        return Verdict(WHOLE)
    return judged(resources, message, rules)


def _is_cleared(message: Message, rules: PrivateRules) -> bool:
    return is_cleared((each.email for each in message.authors), rules.senders)


def _cleared(threads: Sequence[Thread], rules: PrivateRules) -> list[str]:
    return [message.id for thread in threads for message in thread.messages if _is_cleared(message, rules)]


def _put(found: dict[str, tuple[str, Verdict]], message: Message, verdict: Verdict) -> None:
    """Add a message; one that has changed its conversation while we looked is as private as in either of the two."""
    if message.id not in found or not found[message.id][1].reason:
        found[message.id] = message.thread_id, verdict


def together(alone: Sequence[Verdict], before: Collection[str] = ()) -> list[Verdict]:
    """Return how the messages of one conversation are judged together, given each alone and what was found before.

    One private message makes all of them private. A message that is let through stays so only as long as nothing but
    its sender speaks against the conversation.
    """
    if len(alone) == 1 and not before:
        return list(alone)
    reasons = {each.reason for each in alone} | set(before)
    only_sender = reasons <= {"", PRIVATE_SENDER, THREAD}
    if not any(reasons) and not any(each.excepted for each in alone):
        return list(alone)
    return [each if each.reason or (each.excepted and only_sender) else Verdict(THREAD) for each in alone]


def by_itself(message: Message, words: str = "") -> Message:
    """Return a message with nothing of its conversation; `words` are its own first ones."""
    return replace(message, snippet=words, labels=frozenset(), references=())


def judged(resources: Resources, message: Message, rules: PrivateRules) -> Verdict:
    """Return how one message is judged by itself."""
    authors = [address.email for address in message.authors]
    # Nobody asks for the others where no sender has a rule.
    others = (*message.to, *message.cc, *message.bcc, *message.reply_to) if rules.senders or message.notice_mark else ()
    people = [*authors, *(address.email for address in others)]
    ours = bool(message.notice_mark) and is_ours(mark_key(resources.secret), message.notice_mark, people)
    reason = private_because(people, authors, message.subject, message.snippet, rules.senders, ours=ours)
    if not ours and is_labelled((*message.labels, message.tab), rules):
        return Verdict(LABEL)
    if reason != PRIVATE_SENDER or not rules.excepted:
        return Verdict(reason)
    through = let_through(people, authors, message.subject, message.snippet, rules)
    return Verdict(excepted=True) if through else Verdict(reason)
