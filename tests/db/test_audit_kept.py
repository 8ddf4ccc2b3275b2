"""The audit over raw connections: whoever signs in at the database can add to it, and its end only moves forward."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict

from app.actions import audit
from app.actions.label import label
from app.db.embedded import Cluster
from tests.actions.situations import World, message_id

ROLES = ("deskhand_app", "deskhand_dispatch", "deskhand_owner", "administrator")
REWRITING = (
    "update audit_entry set outcome = 'done'",
    "update audit_entry set seq = seq + 100",
    "delete from audit_entry",
    "truncate audit_entry",
    "truncate audit_entry cascade",
    "delete from audit_head",
    "truncate audit_head",
)
# Where the head may be changed at all, it goes one step forward, onto the entry that continues the chain.
FALSE_ENDS = (
    "update audit_head set seq = seq - 1",
    "update audit_head set seq = 0, hash = decode(repeat('00', 32), 'hex')",
    "update audit_head set seq = seq + 1",
    "update audit_head set hash = '\\x00'",
    "update audit_head h set seq = e.seq, hash = e.hash from audit_entry e where e.seq = h.seq - 1",
    "update audit_head set seq = seq + 2",
    "update audit_head set mailbox_id = gen_random_uuid()",
    "insert into audit_head values (gen_random_uuid(), 7, '\\x00')",
)
ONE_MORE = """
insert into audit_entry (mailbox_id, seq, at, phase, actor_kind, surface, action, decision, reason, outcome,
    subject_kind, provider_message, provider_thread, provider_draft, content_sha256, labels_before, labels_after,
    request_id, prev_hash, hash)
select mailbox_id, seq + 1, now(), 'whole', 'owner', '', 'label', 'allow', '', '', '', '', '', '', '',
    array[]::text[], array[]::text[], '', {before}, '\\xaa'
from audit_head where mailbox_id = {mailbox}
"""


@pytest.fixture
async def worked(world: World) -> World:
    """Alice has put a label on a message."""
    owner = await world.owner()
    await label(owner, await message_id(owner), add=["Seen"])
    return world


def connected(role: str, cluster: Cluster, database_url: str, mailbox: UUID) -> psycopg.Connection:
    """Open a raw connection in a role, at Alice's mailbox."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    if role == "administrator":
        url = cluster.url(str(conninfo_to_dict(cluster.admin_url)["user"]), name)
    else:
        url = cluster.url("deskhand_owner", name) if role == "deskhand_owner" else database_url
    connection = psycopg.connect(url, autocommit=True)
    if role in ("deskhand_app", "deskhand_dispatch"):
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
    connection.execute("select set_config('deskhand.mailbox', %s, false)", [str(mailbox)])
    return connection


@pytest.mark.parametrize("role", ROLES)
async def test_nobody_changes_or_takes_away_an_entry(
    worked: World, cluster: Cluster, database_url: str, role: str
) -> None:
    with connected(role, cluster, database_url, worked.mailbox.id) as connection:
        for statement in REWRITING:
            with pytest.raises((errors.InsufficientPrivilege, errors.RaiseException)):
                connection.execute(statement)  # type: ignore[call-overload]
    async with worked.resources.db.transaction(mailbox=worked.mailbox.id) as session:
        assert await audit.first_bad(session, worked.mailbox.id) is None


@pytest.mark.parametrize("role", ROLES)
async def test_the_end_of_a_chain_is_moved_nowhere_but_onto_the_next_entry(
    worked: World, cluster: Cluster, database_url: str, role: str
) -> None:
    with connected(role, cluster, database_url, worked.mailbox.id) as connection:
        for statement in FALSE_ENDS:
            with pytest.raises((errors.InsufficientPrivilege, errors.RaiseException, errors.ForeignKeyViolation)):
                connection.execute(statement)  # type: ignore[call-overload]


async def test_an_entry_that_does_not_continue_the_chain_cannot_become_its_end(
    worked: World, cluster: Cluster, database_url: str
) -> None:
    with connected("deskhand_app", cluster, database_url, worked.mailbox.id) as connection:
        mailbox = sql.Literal(worked.mailbox.id)
        connection.execute(sql.SQL(ONE_MORE).format(before=sql.Literal(b"\x00"), mailbox=mailbox))
        with pytest.raises(errors.RaiseException, match="only moves forward"):
            connection.execute("update audit_head set seq = seq + 1, hash = '\\xaa'")


async def test_an_entry_of_a_service_before_this_version_is_taken(
    worked: World, cluster: Cluster, database_url: str
) -> None:
    """While a new version is brought out, the old one still writes: it knows none of the newer columns."""
    with connected("deskhand_app", cluster, database_url, worked.mailbox.id) as connection:
        mailbox = sql.Literal(worked.mailbox.id)
        connection.execute(sql.SQL(ONE_MORE).format(before=sql.SQL("hash"), mailbox=mailbox))
        assert connection.execute("update audit_head set seq = seq + 1, hash = '\\xaa'").rowcount == 1
