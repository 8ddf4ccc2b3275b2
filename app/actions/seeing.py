"""What of a mailbox is private: judged from the live thread, remembered as ids with a reason, never as words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
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
from app.actions.likeness import likeness
from app.actions.resources import Resources
from app.db.plain import first, rows
from app.errors import MessageGone, NotFound
from app.models.mailbox import Known, KnownMessage, Mailbox
from app.notices.mark import is_ours, mark_key
from app.providers.base import Message, Provider, Thread
from app.rules.label_names import same

# One statement of one text however long the page is: to put a text together for each took longer than all the rest.
# Others write the same rows meanwhile. What stands by newer rules is left, and so is that a whole text opens accounts,
# unless the owner shows its sender's mail: who did not read it does not know. Who did read it writes even over newer
# rules, with the number of the old ones, so that the next look judges the message anew.
REMEMBERED = """
insert into message (mailbox_id, id, provider_id, thread_id, private, excepted, senders_version, seen_at)
select %(mailbox_id)s, met.id, met.provider_id, met.thread_id, met.private, met.excepted, %(senders_version)s,
  %(seen_at)s
from unnest(%(ids)s::uuid[], %(provider_ids)s::text[], %(thread_ids)s::text[], %(private)s::text[],
  %(excepted)s::boolean[]) as met (id, provider_id, thread_id, private, excepted)
on conflict (mailbox_id, provider_id) do update set (thread_id, private, excepted, senders_version, seen_at) = (
  select
    case when newer then message.thread_id else excluded.thread_id end,
    case when newer then message.private when opens then 'whole' else excluded.private end,
    case when newer then message.excepted else excluded.excepted and not opens end,
    case when newer then message.senders_version else excluded.senders_version end,
    excluded.seen_at
  from (select
    message.senders_version > excluded.senders_version and excluded.private <> 'whole' as newer,
    message.private = 'whole' and message.provider_id <> all(%(cleared)s::text[]) as opens
  ) as stands
)
returning id, provider_id, thread_id, private, excepted, senders_version
"""
# In one statement: rules of one version, and one question of the database.
RULES = """
select senders_version,
  (select json_agg(json_build_array(sender, private, excepted)) from sender_rule where mailbox_id = mailbox.id),
  (select array_agg(label) from private_label where mailbox_id = mailbox.id)
from mailbox
where id = %(mailbox_id)s
"""
# The same with what is known, a column at a time: so a page is one row.
WITH_KNOWN = """
select senders_version,
  (select json_agg(json_build_array(sender, private, excepted)) from sender_rule where mailbox_id = mailbox.id),
  (select array_agg(label) from private_label where mailbox_id = mailbox.id),
  known.*
from mailbox, lateral (
  select array_agg(id), array_agg(provider_id), array_agg(thread_id), array_agg(private), array_agg(excepted),
    array_agg(message.senders_version)
  from message
  where mailbox_id = mailbox.id and (thread_id = any(%(thread_ids)s::text[]) or provider_id = any(%(ids)s::text[]))
) as known
where id = %(mailbox_id)s
"""
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
    """Do the same, and return by what rules."""
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        version, rules, before = await _by_now(session, mailbox.id, threads)
        known = before.opening | set(opening)
        found: dict[str, tuple[str, Verdict]] = {}
        for thread in threads:
            alone = [_alone(resources, message, rules, known) for message in thread.messages]
            verdicts = together(alone, before.reasons.get(thread.id, ()))
            if not thread.whole:  # who knows what else is in it
                verdicts = [each if each.reason == WHOLE else Verdict(THREAD) for each in alone]
            for message, each in zip(thread.messages, verdicts, strict=True):
                _put(found, message, each)
        new = {each: row for each, row in found.items() if not _as_before(before.rows.get(each), *row, version)}
        remembered = await _remembered(session, mailbox.id, version, new, _cleared(threads, rules)) if new else {}
        return {each: remembered.get(each) or before.rows[each] for each in found}, rules


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


async def private_rules(session: AsyncSession, mailbox_id: UUID) -> PrivateRules:
    """Return what the owner has said is private; raise NotFound for another's mailbox."""
    found = await first(session, RULES, {"mailbox_id": mailbox_id})
    if found is None:
        raise NotFound
    return _rules(*found[1:])


def _rules(senders: list[tuple[str, bool, list[str]]] | None, labels: list[str] | None) -> PrivateRules:
    return PrivateRules(
        senders={sender: private for sender, private, _ in senders or ()},
        excepted={sender: frozenset(excepted) for sender, _, excepted in senders or () if excepted},
        labels=frozenset(map(same, labels or ())),
    )


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


@dataclass(frozen=True)
class _Before:
    """What was known of the conversations before: `rows` by the provider's id, with the reasons by today's rules.

    What has gone from a conversation since counts too. `opening` are the ids of those whose whole text opens accounts,
    as somebody has read it under whatever rules.
    """

    rows: Mapping[str, Known]
    reasons: Mapping[str, set[str]]
    opening: set[str]


async def _by_now(
    session: AsyncSession, mailbox_id: UUID, threads: Sequence[Thread]
) -> tuple[int, PrivateRules, _Before]:
    """Return the rules with the number of their version, and what is known of conversations; raise NotFound."""
    ids = [message.id for thread in threads for message in thread.messages]
    asked = {"mailbox_id": mailbox_id, "thread_ids": [thread.id for thread in threads], "ids": ids}
    found = await first(session, WITH_KNOWN, asked)
    if found is None:
        raise NotFound
    version, senders, labels, *columns = found
    known = [Known(*row) for row in zip(*columns, strict=True)] if columns[0] else []
    return version, _rules(senders, labels), _before(known, version)


def _before(known: Sequence[Known], version: int) -> _Before:
    reasons: dict[str, set[str]] = {}
    for row in known:
        if (row.private or row.excepted) and row.senders_version == version:
            reasons.setdefault(row.thread_id, set()).add(row.private or PRIVATE_SENDER)
    opening = {row.provider_id for row in known if row.private == WHOLE}
    return _Before({row.provider_id: row for row in known}, reasons, opening)


def _as_before(known: Known | None, thread_id: str, verdict: Verdict, version: int) -> bool:
    """Say whether there is nothing to write about a message: looking at a list again must not write all its rows."""
    return known is not None and (known.thread_id, known.private, known.excepted, known.senders_version) == (
        thread_id, verdict.reason, verdict.excepted, version,
    )  # fmt: skip


async def _remembered(
    session: AsyncSession,
    mailbox_id: UUID,
    version: int,
    new: Mapping[str, tuple[str, Verdict]],
    cleared: list[str],
) -> dict[str, Known]:
    """Write messages as they were judged, and return them as they stand then; of `cleared` the owner shows the mail."""
    # In one order for everybody, so that two lists at once cannot lock each other out.
    ordered = sorted(new)
    given = {
        "mailbox_id": mailbox_id,
        "senders_version": version,
        "seen_at": clock.now(),
        "ids": [uuid4() for _ in ordered],
        "provider_ids": ordered,
        "thread_ids": [new[each][0] for each in ordered],
        "private": [new[each][1].reason for each in ordered],
        "excepted": [new[each][1].excepted for each in ordered],
        "cleared": cleared,
    }
    known = [Known(*row) for row in await rows(session, REMEMBERED, given)]
    return {row.provider_id: row for row in known}
