"""The wall between mailboxes: PostgreSQL itself shows no row, takes no row and mixes no rows of another mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict
from sqlmodel import SQLModel

from app import clock
from app.access.ceiling import Terms
from app.actions import accept, invite, invite_team, make_key, name_members, team, team_link, tell
from app.actions.desk import Desk
from app.actions.handover import write_handover
from app.actions.hours import set_hours
from app.actions.move import archive
from app.actions.named import Naming
from app.actions.private import mark_sender
from app.actions.private_labels import mark_label
from app.actions.seats import open_lead_desk
from app.actions.sending_limit import set_sending_limit
from app.actions.write_template import write_template
from app.db.embedded import Cluster
from app.errors import Denied
from app.models.calendar import Calendar
from app.models.conditions import UNBOUND
from app.models.grant import NeedsApproval
from app.models.mailbox import Mailbox, Restoration
from app.models.person import Person
from tests.actions.situations import World
from tests.people import MOTHER, connected_mailbox

OF_MAILBOX = sorted(table.name for table in SQLModel.metadata.tables.values() if "mailbox_id" in table.columns)
WALLED = [*OF_MAILBOX, "mailbox"]


@dataclass(frozen=True)
class Town:
    """Two connected mailboxes in one database, and raw ways into it."""

    alices: Mailbox
    charlies: Mailbox
    owner_url: str
    service_url: str
    admin_url: str
    grant_id: UUID
    bob: Person

    def service(self, role: str, *, mailbox: UUID | None = None, person: UUID | None = None) -> psycopg.Connection:
        """Open a raw connection as the service does, without any code of ours."""
        connection = psycopg.connect(self.service_url, autocommit=True)
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        for name, value in (("mailbox", mailbox), ("person", person)):
            connection.execute("select set_config(%s, %s, false)", [f"deskhand.{name}", str(value or "")])
        return connection


@pytest.fixture
async def town(world: World, cluster: Cluster, database_url: str, charlie: Person) -> Town:
    """Alice's mailbox with a row in every table, and Charlie's."""
    world.sandbox.add_mailbox("charlie@practice.example")
    charlies = await connected_mailbox(world.resources, charlie)
    owner = await world.owner()
    until = clock.now() + timedelta(days=7)
    offer = {"scopes": ["schedule", "label"], "until": until, "language": "en", "needs_approval": NeedsApproval.ALWAYS}
    await invite.invite(owner, **offer)
    most = Terms(scopes=offer["scopes"], needs_approval=offer["needs_approval"], conditions=UNBOUND, until=until)
    offered, link = await invite_team.invite_team(owner, most, begin_after=None, language="en")
    await team_link.accept_team(world.resources, charlie.id, link, name="Green Desk")
    await team.confirm_team(owner, offered.id)
    leading = await open_lead_desk(world.resources, charlie.id, offered.id, surface="test")
    ((_row, token),) = await name_members.name_members(*leading, [Naming(name="Bob")], language="en")
    taken = await accept.accept(world.resources, world.bob.id, token)
    grant = await accept.confirm(owner, taken.id, texts=lambda _: str)
    await write_handover(await world.assistant(), "Clara waits for an offer.")
    await mark_sender(owner, MOTHER)
    await make_key.make_key(await world.assistant(), name="Nightly", until=clock.now() + timedelta(hours=1))
    await mark_label(owner, "Family")
    await set_hours(owner, MOTHER, Calendar(zone="UTC", spans=()))
    await set_sending_limit(owner, 5)
    await write_template(owner, name="Yes", language="en", text="Yes.")
    ready = await world.ready()
    await refused_twice(await world.assistant(), ready.seen.row.message_id)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        await tell.held(session, world.resources, world.mailbox, ready.send, "thread_moved")
        session.add(Restoration(mailbox_id=world.mailbox.id, backup_at=clock.now(), restored_at=clock.now()))
    name = str(conninfo_to_dict(database_url)["dbname"])
    return Town(
        alices=world.mailbox,
        charlies=charlies,
        owner_url=cluster.url("deskhand_owner", name),
        service_url=database_url,
        admin_url=cluster.url(str(conninfo_to_dict(cluster.admin_url)["user"]), name),
        grant_id=grant.id,
        bob=world.bob,
    )


async def refused_twice(desk: Desk, message: UUID) -> None:
    """Have somebody try what she may not, so that the second time is counted."""
    for _ in range(2):
        with pytest.raises(Denied):
            await archive(desk, message)


def rows_in(connection: psycopg.Connection, table: str) -> int:
    query = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
    found = connection.execute(query).fetchone()
    assert found
    return int(found[0])


async def test_C4_without_naming_a_mailbox_every_table_of_mailboxes_is_empty(town: Town) -> None:
    assert len(OF_MAILBOX) >= 12
    with town.service("deskhand_app", mailbox=town.alices.id) as connection:
        assert {table: rows_in(connection, table) for table in WALLED if not rows_in(connection, table)} == {}
    with town.service("deskhand_app") as connection:
        assert {table: rows_in(connection, table) for table in WALLED if rows_in(connection, table)} == {}
    with town.service("deskhand_app", mailbox=uuid4(), person=uuid4()) as connection:
        assert {table: rows_in(connection, table) for table in WALLED if rows_in(connection, table)} == {}


async def test_the_owner_of_the_tables_is_bound_like_everybody_else(town: Town) -> None:
    with psycopg.connect(town.owner_url) as connection:
        assert {table: rows_in(connection, table) for table in WALLED if rows_in(connection, table)} == {}
        walled = connection.execute("select relname from pg_class where relrowsecurity and relforcerowsecurity")
        assert set(WALLED) <= {name for (name,) in walled}


async def test_at_one_mailbox_the_rows_of_another_are_not_there(town: Town) -> None:
    with town.service("deskhand_app", mailbox=town.charlies.id) as connection:
        for table in OF_MAILBOX:
            query = sql.SQL("select count(*) from {} where mailbox_id <> %s").format(sql.Identifier(table))
            assert connection.execute(query, [town.charlies.id]).fetchone() == (0,)
        assert connection.execute("select id from mailbox").fetchall() == [(town.charlies.id,)]


async def test_no_row_can_be_written_moved_or_changed_into_another_mailbox(town: Town) -> None:
    rule = "insert into sender_rule values (%s, gen_random_uuid(), 'x@y.example', false, now(), '{}')"
    behind_the_wall = pytest.raises(errors.InsufficientPrivilege, match="row-level security")
    with town.service("deskhand_app", mailbox=town.charlies.id) as connection, behind_the_wall:
        connection.execute(rule, [town.alices.id])
    with town.service("deskhand_app", mailbox=town.alices.id) as connection, behind_the_wall:
        connection.execute("update sender_rule set mailbox_id = %s", [town.charlies.id])
    with town.service("deskhand_app", mailbox=town.charlies.id) as connection:
        assert connection.execute("update grants set status = 'revoked'").rowcount == 0
        assert connection.execute("delete from draft").rowcount == 0


async def test_a_person_sees_the_mailboxes_she_has_to_do_with_and_can_change_nothing_by_that(town: Town) -> None:
    with town.service("deskhand_app", person=town.alices.owner_id) as connection:
        assert connection.execute("select id from mailbox").fetchall() == [(town.alices.id,)]
        assert rows_in(connection, "draft") == 0
    with town.service("deskhand_app", person=town.bob.id) as connection:
        assert connection.execute("select id from mailbox").fetchall() == [(town.alices.id,)]
        assert connection.execute("select id from grants").fetchall() == [(town.grant_id,)]
        assert connection.execute("update grants set scopes = '{trash}'").rowcount == 0
        assert connection.execute("update mailbox set owner_id = %s", [town.bob.id]).rowcount == 0


async def test_a_lead_sees_whom_she_has_named_and_how_much_and_no_row_of_the_mailbox(
    town: Town, world: World, charlie: Person
) -> None:
    """Charlie leads a team at Alice's mailbox, where Bob works for it; Charlie's own mailbox is another matter."""
    seen = ("team", "team_access", "invitation", "grants", "daily_count")
    with town.service("deskhand_app", person=charlie.id) as connection:
        assert {table: rows_in(connection, table) for table in seen} == dict.fromkeys(seen, 1) | {"daily_count": 3}
        hidden = set(WALLED) - set(seen)
        assert {table for table in hidden if rows_in(connection, table)} == {"mailbox"}
        assert connection.execute("select id from mailbox").fetchall() == [(town.charlies.id,)]
        for writing in (
            "update grants set scopes = '{trash}'",
            "update invitation set state = 'confirmed'",
            "update team_access set scopes = '{trash}'",
            "update daily_count set number = 0",
            "delete from grants",
            "delete from team_access",
        ):
            assert connection.execute(writing).rowcount == 0
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("delete from team")
    for other in (town.bob.id, town.alices.owner_id):
        with town.service("deskhand_app", person=other) as connection:
            assert rows_in(connection, "team") == rows_in(connection, "team_access") == 0


async def test_a_notice_is_its_persons_and_whoever_writes_one_about_a_mailbox_sees_none(town: Town) -> None:
    with town.service("deskhand_app", person=town.alices.owner_id) as connection:
        assert rows_in(connection, "notice") == 2
        assert connection.execute("update notice set read_at = now()").rowcount == 2
    for others in ({"person": town.bob.id}, {"mailbox": town.alices.id}, {"mailbox": town.charlies.id}):
        with town.service("deskhand_app", **others) as connection:
            assert rows_in(connection, "notice") == 0
            assert connection.execute("update notice set read_at = null").rowcount == 0
            assert connection.execute("delete from notice").rowcount == 0
    with (
        town.service("deskhand_app", mailbox=town.charlies.id) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="row-level security"),
    ):
        connection.execute(
            "insert into notice values (%s, gen_random_uuid(), 'held', %s, null, '', null, '', '', '', '', 'shown', "
            "'', 0, 0, now(), null, null, null, now(), null)",
            [town.alices.owner_id, town.alices.id],
        )


async def test_what_a_person_agreed_to_and_took_is_hers_to_look_up_and_nothing_beside_it(town: Town) -> None:
    with town.service("deskhand_app", person=town.bob.id) as connection:
        assert connection.execute("select distinct person_id from agreement").fetchall() == [(town.bob.id,)]
        assert connection.execute("select distinct accepted_by from invitation").fetchall() == [(town.bob.id,)]
        assert connection.execute("update invitation set state = 'open'").rowcount == 0
        assert connection.execute("delete from invitation").rowcount == 0
    with town.service("deskhand_app", person=town.charlies.owner_id) as connection:
        assert rows_in(connection, "agreement") == 0
        # As the lead who has named Bob he sees that naming, and no other.
        assert connection.execute("select lead_id from invitation").fetchall() == [(town.charlies.owner_id,)]


async def test_V4_once_revoked_the_assistant_does_not_see_the_mailbox_any_more(town: Town) -> None:
    with town.service("deskhand_app", mailbox=town.alices.id) as connection:
        connection.execute("update grants set status = 'revoked'")
    with town.service("deskhand_app", person=town.bob.id) as connection:
        assert rows_in(connection, "mailbox") == rows_in(connection, "grants") == 0


async def test_the_dispatcher_sees_which_rows_are_due_and_nothing_of_them(town: Town) -> None:
    in_part = ("scheduled_send", "draft", "mailbox_key", "grants", "restoration")
    with town.service("deskhand_dispatch") as connection:
        assert connection.execute("select mailbox_id, id, due_at, state, dispatched_at from scheduled_send").fetchall()
        assert connection.execute("select id from mailbox").fetchall()
        assert connection.execute("select mailbox_id, master_id from mailbox_key").fetchall()
        assert connection.execute("select person_id, id, due_at, state, dispatched_at from notice").fetchall()
        assert connection.execute("select mailbox_id, id, status, expires_at, ended_at from grants").fetchall()
        assert connection.execute("select state from draft where state <> 'preparing'").fetchall() == []
        for refused in (
            "select * from scheduled_send",
            "select draft_id from scheduled_send",
            "select scheduled_by from scheduled_send",
            "update scheduled_send set state = 'sent'",
            "update scheduled_send set due_at = now()",
            "delete from scheduled_send",
            "select content_sha256 from draft",
            "update draft set state = 'open'",
            "select address from mailbox",
            "update mailbox set state = 'active'",
            "select wrapped from mailbox_key",
            "update mailbox_key set master_id = ''",
            "select link from notice",
            "select about_mailbox_id from notice",
            "delete from notice",
            "update notice set state = 'sent'",
            "select assistant_id from grants",
            "update grants set expires_at = now()",
            "select backup_at from restoration",
            "update restoration set matched_at = now()",
            *(f"select 1 from {table}" for table in OF_MAILBOX if table not in in_part),
            *(f"select 1 from {table}" for table in ("person", "login", "consent_request", "proposal", "erasure")),
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(refused)


async def test_the_service_itself_may_nothing_before_it_says_as_whom(town: Town) -> None:
    with psycopg.connect(town.service_url, autocommit=True) as connection:
        for table in WALLED:
            with pytest.raises(errors.InsufficientPrivilege):
                rows_in(connection, table)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("set role deskhand_owner")


async def test_the_service_can_only_add_to_the_audit_and_to_what_was_agreed_and_end_keys(town: Town) -> None:
    with town.service("deskhand_app", mailbox=town.alices.id) as connection:
        for rewriting in (
            "update audit_entry set outcome = 'done'",
            "delete from audit_entry",
            "truncate audit_entry",
            "delete from audit_head",
            "update agreement set sentences = '{}'",
            "delete from agreement",
            "update program_key set scopes = '{trash}'",
            "update program_key set secret_sha256 = 'x'",
            "update program_key set expires_at = now() + interval '9 years'",
            "update program_key set grant_id = id",
            "delete from erasure",
            "update installation set id = 2",
            "delete from installation",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(rewriting)


async def test_nobody_rewrites_the_audit_not_even_the_administrator(town: Town) -> None:
    for url in (town.owner_url, town.admin_url):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("select set_config('deskhand.mailbox', %s, false)", [str(town.alices.id)])
            for rewriting in (
                "update audit_entry set outcome = 'done'",
                "delete from audit_entry",
                "truncate audit_entry",
                "truncate mailbox cascade",
            ):
                with pytest.raises(errors.RaiseException, match="only ever added to"):
                    connection.execute(rewriting)


async def test_no_row_can_point_into_another_mailbox(town: Town) -> None:
    """As the administrator, whom no policy binds: the keys themselves hold the mailbox."""
    with psycopg.connect(town.admin_url, autocommit=True) as connection:
        for table, column in (
            ("draft", "message_id"),
            ("draft", "grant_id"),
            ("approval", "draft_id"),
            ("scheduled_send", "draft_id"),
            ("scheduled_send", "grant_id"),
            ("agreement", "grant_id"),
            ("invitation", "access_id"),
            ("grants", "access_id"),
            ("grants", "member_id"),
            ("program_key", "grant_id"),
        ):
            names = sql.SQL("update {} set mailbox_id = %s where {} is not null").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            with pytest.raises(errors.ForeignKeyViolation):
                connection.execute(names, [town.charlies.id])


async def test_an_assistant_has_one_live_grant_at_a_mailbox_and_a_draft_one_live_send(town: Town) -> None:
    with town.service("deskhand_app", mailbox=town.alices.id) as connection:
        for table in ("grants", "scheduled_send"):
            columns = [row[0] for row in connection.execute(
                "select column_name::text from information_schema.columns where table_name = %s", [table]
            )]  # fmt: skip
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            values = sql.SQL(", ").join(
                sql.SQL("gen_random_uuid()") if name == "id" else sql.Identifier(name) for name in columns
            )
            twice = sql.SQL("insert into {0} ({1}) select {2} from {0} limit 1").format(
                sql.Identifier(table), names, values
            )
            with pytest.raises(errors.UniqueViolation, match="one_live"):
                connection.execute(twice)
