"""The audit over raw connections: whoever signs in at the database can add to it, and its end only moves forward."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from app.actions import audit
from app.actions.label import label
from app.db import migrate
from app.db.embedded import Cluster
from app.rules.chain import Said, broken_at, said
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


@pytest.fixture
def before(cluster: Cluster) -> Iterator[str]:
    """The owner's address of a database of the version before the audit said so much."""
    name = f"before_{uuid4().hex}"
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"create database {name} template deskhand owner deskhand_owner strategy file_copy")
    url = cluster.url("deskhand_owner", name)
    back(url, "0006-1")
    yield url
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute(f"drop database {name} with (force)")


def back(url: str, to: str) -> None:
    """Take a database back to an earlier version."""
    config = migrate._config()
    with migrate._connected(url) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)
        connection.commit()


def test_a_chain_that_was_written_before_is_whole_in_this_version_and_after_going_back(before: str) -> None:
    """Written as the first version wrote it, digest by digest, without a line of ours."""
    mailbox, person = uuid4(), uuid4()
    at = datetime(2026, 3, 1, 9, 0, 0, 250_001, tzinfo=UTC)
    last = bytes(32)
    with psycopg.connect(before, autocommit=True) as connection:
        connection.execute("select set_config('deskhand.mailbox', %s, false)", [str(mailbox)])
        connection.execute(
            "insert into person (id, issuer, subject, email, name, language, zone, created_at)"
            " values (%s, 'i', 's', 'a@b.example', 'A', 'en', '', now())",
            [person],
        )
        connection.execute(
            "insert into mailbox (id, owner_id, provider, provider_subject, address, zone, state, senders_version,"
            " created_at, consent_limit) values (%s, %s, 'gmail', 's', 'a@b.example', 'UTC', 'active', 1, now(), '')",
            [mailbox, person],
        )
        for seq in (1, 2, 3):
            told: dict[str, object] = {"mailbox_id": str(mailbox), "seq": seq, "at": at.timestamp(), "phase": "whole"}
            told |= {"actor_kind": "owner", "action": "label", "decision": "allow", "outcome": "done"}
            told |= {"labels_after": ["Ä", "B"], "prev_hash": last.hex()}
            digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()
            connection.execute(
                "insert into audit_entry (mailbox_id, seq, at, phase, actor_kind, surface, action, decision, reason,"
                " outcome, subject_kind, provider_message, provider_thread, provider_draft, content_sha256,"
                " labels_before, labels_after, request_id, prev_hash, hash) values (%s, %s, %s, 'whole', 'owner', '',"
                " 'label', 'allow', '', 'done', '', '', '', '', '', '{}', '{Ä,B}', '', %s, %s)",
                [mailbox, seq, at, last, digest],
            )
            last = digest
        connection.execute("insert into audit_head (mailbox_id, seq, hash) values (%s, 3, %s)", [mailbox, last])
    for _ in range(2):
        migrate.migrate(before)
        assert broken_at(chain_in(before, mailbox), 3, last.hex()) is None
        back(before, "0006-1")
    with psycopg.connect(before) as connection:
        connection.execute("select set_config('deskhand.mailbox', %s, false)", [str(mailbox)])
        assert connection.execute("select count(*) from audit_entry").fetchone() == (3,)


def chain_in(url: str, mailbox: UUID) -> list[tuple[Said, str]]:
    """Return a chain as it stands in a database: what each entry says, and its digest."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("select set_config('deskhand.mailbox', %s, false)", [str(mailbox)])
        rows = connection.execute("select * from audit_entry order by seq").fetchall()
    return [(said({name: row[name] for name in row if name != "hash"}), row["hash"].hex()) for row in rows]
