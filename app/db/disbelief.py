"""What is not believed of a restored database: whatever its owner may have narrowed, ended or sent since the backup.

Nobody knows what that was. So what was open is shut, and stands waiting for the owner's word; nothing is thrown away.
It runs on the database while nobody else is in it, as a login that row-level security does not bind.
"""

from __future__ import annotations

from datetime import datetime
from typing import LiteralString

import psycopg

STATEMENTS: tuple[LiteralString, ...] = (
    # A backup that was taken while an earlier restore waited for its owner: she has said nothing of that one either.
    "insert into restoration (mailbox_id, id, backup_at, restored_at, paused)"
    " select id, gen_random_uuid(), %(backup_at)s, %(now)s, array(select grants.id::text from grants"
    " where grants.mailbox_id = mailbox.id and status = 'active' order by grants.id)"
    " from mailbox where provider_subject <> id::text"
    " on conflict (mailbox_id) where confirmed_at is null do update set id = excluded.id,"
    " backup_at = least(restoration.backup_at, excluded.backup_at), restored_at = excluded.restored_at,"
    " paused = restoration.paused || excluded.paused, taken_at = null, matched_at = null",
    "update mailbox set state = 'reconciling' where provider_subject <> id::text and state <> 'disconnected'",
    # An access may have been narrowed or ended since. The version rises, as it does with every change.
    "update grants set status = 'paused', version = version + 1 where status = 'active'",
    "update approval set ended_at = %(now)s, ended_by = 'restored' where ended_at is null",
    # What waited for its hour may have left, or may have been taken back. What was being sent is looked into.
    "update scheduled_send set state = 'held', reason = 'restored', dispatched_at = null"
    " where state = 'prepared' or (state = 'held' and reason in ('mailbox_not_active', 'as_restored'))",
    # Whatever opens something: signed-in browsers, links, keys of programs, tokens at the provider.
    "update login set ended_at = %(now)s where ended_at is null",
    "delete from consent_request",
    "update invitation set state = 'withdrawn' where state in ('open', 'accepted')",
    "update team_access set state = 'withdrawn', ended_at = %(now)s where state in ('open', 'accepted')",
    "update proposal set state = 'withdrawn' where state in ('open', 'accepted')",
    "update program_key set ended_at = %(now)s where ended_at is null",
    "update connection set access_token = '', access_until = null where ended_at is null",
    # Letters of Deskhand's own that had not left then have left since, as far as anybody can tell.
    "update notice set state = 'unknown', link = '', ended_at = %(now)s where state in ('prepared', 'intent')",
)


def disbelieve(url: str, *, backup_at: datetime, now: datetime) -> None:
    """Shut what a backup of this moment has brought back open, in one commit."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        for statement in STATEMENTS:
            connection.execute(statement, {"backup_at": backup_at, "now": now})
