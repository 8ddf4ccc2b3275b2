"""What is known of a mailbox's mail: the owner's rules, and how messages were judged when somebody looked last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.visibility import PRIVATE_SENDER, WHOLE, PrivateRules, Verdict
from app.db.plain import first, rows
from app.errors import NotFound
from app.models.mailbox import Known
from app.providers.base import Thread
from app.rules.label_names import same

# In one statement: rules of one version, and one question of the database.
_RULES = """
select senders_version,
  (select json_agg(json_build_array(sender, private, excepted)) from sender_rule where mailbox_id = mailbox.id),
  (select array_agg(label) from private_label where mailbox_id = mailbox.id)"""
RULES = f"{_RULES} from mailbox where id = %(mailbox_id)s"
# What is known comes with them, a column at a time: so a page is one row.
WITH_KNOWN = " ".join(
    (
        _RULES,
        """, known.*
from mailbox, lateral (
  select array_agg(id), array_agg(provider_id), array_agg(thread_id), array_agg(private), array_agg(excepted),
    array_agg(message.senders_version)
  from message
  where mailbox_id = mailbox.id and (thread_id = any(%(thread_ids)s::text[]) or provider_id = any(%(ids)s::text[]))
) as known
where id = %(mailbox_id)s
""",
    )
)
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


@dataclass(frozen=True)
class Before:
    """What was known of the conversations before: `rows` by the provider's id, with the reasons by today's rules.

    What has gone from a conversation since counts too. `opening` are the ids of those whose whole text opens accounts,
    as somebody has read it under whatever rules.
    """

    rows: Mapping[str, Known]
    reasons: Mapping[str, set[str]]
    opening: set[str]


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


async def by_now(
    session: AsyncSession, mailbox_id: UUID, threads: Sequence[Thread]
) -> tuple[int, PrivateRules, Before]:
    """Return the rules with the number of their version, and what is known of conversations; raise NotFound."""
    ids = [message.id for thread in threads for message in thread.messages]
    asked = {"mailbox_id": mailbox_id, "thread_ids": [thread.id for thread in threads], "ids": ids}
    found = await first(session, WITH_KNOWN, asked)
    if found is None:
        raise NotFound
    version, senders, labels, *columns = found
    known = [Known(*row) for row in zip(*columns, strict=True)] if columns[0] else []
    return version, _rules(senders, labels), _before(known, version)


def _before(known: Sequence[Known], version: int) -> Before:
    reasons: dict[str, set[str]] = {}
    for row in known:
        if (row.private or row.excepted) and row.senders_version == version:
            reasons.setdefault(row.thread_id, set()).add(row.private or PRIVATE_SENDER)
    opening = {row.provider_id for row in known if row.private == WHOLE}
    return Before({row.provider_id: row for row in known}, reasons, opening)


def as_before(known: Known | None, thread_id: str, verdict: Verdict, version: int) -> bool:
    """Say whether there is nothing to write about a message: looking at a list again must not write all its rows."""
    return known is not None and (known.thread_id, known.private, known.excepted, known.senders_version) == (
        thread_id, verdict.reason, verdict.excepted, version,
    )  # fmt: skip


async def remembered(
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
