"""The steps of an erasure and the pieces of a copy, each by itself."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4
from zipfile import BadZipFile, ZipFile

import pytest
from sqlmodel import SQLModel, col, select

from app import clock
from app.access.acts import Act
from app.access.decide import Actor, Allow, Deny, Facts, Kind, decide
from app.actions import consequences, sign_in
from app.actions.close_mailbox import close, fingerprint
from app.actions.disconnect import disconnect
from app.actions.erase import PERSON, begin, erase, erasure_of, erasures, identity_digest
from app.actions.erasure_account import accesses_of, mailboxes_of, note_access, note_destroyed, note_mailbox
from app.actions.exported import Rows, as_json, constant, only, without
from app.actions.holdings import holdings
from app.actions.leave import leave
from app.actions.on_its_way import begun, is_silent, on_its_way
from app.actions.people_named import people_named
from app.actions.resources import Resources
from app.actions.settling import LEASE
from app.actions.signing import certified, is_certified
from app.actions.tokens import vault_of
from app.actions.zipped import zipped
from app.consent_errors import BadConsent
from app.db.embedded import Cluster
from app.errors import NotFound
from app.jobs.sweeps import go_on_with_all
from app.models.conditions import Conditions
from app.models.draft import ScheduledSend, SendState
from app.models.erasure import Erasure, ErasureState
from app.models.grant import GrantStatus
from app.models.mailbox import Connection, KnownMessage, MailboxKey, MailboxState
from app.models.person import ConsentRequest, Person
from app.models.register import Fate, of_mailboxes, of_people
from app.sandbox.faults import Fault
from app.sandbox.faults import Kind as Fails
from tests.actions.situations import fails, grant_now, its_hour_comes, last
from tests.erasing.conftest import Lives
from tests.erasing.remains import rows
from tests.people import ALICE, BOB, connected_mailbox, desk_of, make_person

AT = datetime(2026, 11, 26, 12, 30, 15, tzinfo=UTC)


# The zip


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def files(*names: str) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    for name in names:
        yield name, pieces(name.encode(), b"", b"\0" * 100_000)


async def test_a_zip_is_made_while_it_is_sent() -> None:
    seen = [piece async for piece in zipped(files("a.txt", "ordner/ü.txt"), AT)]
    assert len([piece for piece in seen if piece]) >= 3
    with ZipFile(io.BytesIO(b"".join(seen))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.txt", "ordner/ü.txt"]
        assert archive.read("ordner/ü.txt") == "ordner/ü.txt".encode() + b"\0" * 100_000
        assert archive.infolist()[0].date_time == (2026, 11, 26, 12, 30, 14)  # zips know even seconds only


async def test_a_zip_whose_making_broke_off_opens_nowhere() -> None:
    async def breaking() -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
        yield "a.txt", pieces(b"whole")
        raise RuntimeError

    seen = bytearray()

    async def taken() -> None:
        async for piece in zipped(breaking(), AT):
            seen.extend(piece)

    with pytest.raises(RuntimeError):
        await taken()
    assert seen
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(seen))


async def test_a_zip_of_nothing_is_a_zip() -> None:
    data = b"".join([piece async for piece in zipped(files(), AT)])
    assert ZipFile(io.BytesIO(data)).namelist() == []


# Rows as JSON


async def listed(resources: Resources, rows: Rows) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(b"".join([piece async for piece in as_json(resources, rows)]))
    return found


async def test_rows_are_a_list_of_json_whatever_their_columns_hold(lives: Lives) -> None:
    where = (col(ScheduledSend.mailbox_id) == lives.world.mailbox.id,)
    wanted = Rows(table=ScheduledSend, where=where, shown=without(("fence",)), mailbox=lives.world.mailbox.id)
    (row,) = await listed(lives.resources, wanted)
    assert set(row) == set(ScheduledSend.model_fields) - {"fence"}
    assert (row["id"], row["state"], row["dispatched_at"]) == (str(lives.ready.send.id), "prepared", None)
    assert datetime.fromisoformat(row["due_at"]) == lives.ready.send.due_at


async def test_rows_of_another_mailbox_are_not_there_even_if_they_are_asked_for(lives: Lives) -> None:
    where = (col(KnownMessage.mailbox_id) == lives.charlies.id,)
    shown = only("id")
    assert (
        await listed(lives.resources, Rows(table=KnownMessage, where=where, shown=shown, mailbox=lives.charlies.id))
        == []
    )
    hers = (col(KnownMessage.mailbox_id) == lives.world.mailbox.id,)
    for mailbox in (lives.charlies.id, None):
        wanted = Rows(table=KnownMessage, where=hers, shown=shown, mailbox=mailbox)
        assert await listed(lives.resources, wanted) == []


def test_what_json_does_not_know_is_put_into_words() -> None:
    row = SimpleNamespace(
        digest=b"\x01\xff",
        day=date(2026, 11, 26),
        moment=AT,
        state=SendState.HELD,
        id=UUID(int=7),
        conditions=Conditions(senders=frozenset({"b@x.example", "a@x.example"})),
        nothing=None,
        labels=["Clients"],
    )
    shown = only(*vars(row))(row)
    assert shown.pop("conditions")["senders"] == ["a@x.example", "b@x.example"]
    assert json.loads(json.dumps(shown)) == {
        "digest": "01ff",
        "day": "2026-11-26",
        "moment": "2026-11-26T12:30:15+00:00",
        "state": "held",
        "id": str(UUID(int=7)),
        "nothing": None,
        "labels": ["Clients"],
    }


async def test_a_constant_is_one_piece() -> None:
    assert [piece async for piece in constant("où")] == ["où".encode()]


# Who is meant, and what would end


async def test_an_operator_finds_people_by_address_or_id(lives: Lives) -> None:
    alice, resources = lives.world.alice, lives.resources

    async def found(named: str) -> list[UUID]:
        return [person.id for person in await people_named(resources, named)]

    assert await found(ALICE[0]) == await found(f" {ALICE[0].upper()} ") == await found(str(alice.id)) == [alice.id]
    for nobody in ("", "%", "alice", ALICE[1], str(uuid4()), "' or true --"):
        assert await found(nobody) == []
    other = await make_person(resources, *ALICE, way="microsoft")
    assert await found(ALICE[0]) == [alice.id, other.id]
    await erase(resources, alice.id, asked_by=PERSON)
    assert await found(ALICE[0]) == [other.id]
    assert await found(str(alice.id)) == [alice.id]
    assert await found("") == []


async def test_what_would_end_is_counted(lives: Lives) -> None:
    hers = await consequences.consequences(lives.resources, lives.world.alice.id)
    assert [mailbox.id for mailbox in hers.own] == [lives.world.mailbox.id]
    assert (hers.assistants, hers.waiting, hers.on_their_way, hers.assists, hers.scheduled_elsewhere) == (
        1,
        1,
        0,
        (),
        0,
    )
    his = await consequences.consequences(lives.resources, lives.world.bob.id)
    assert {mailbox.id for mailbox in his.assists} == {lives.world.mailbox.id, lives.charlies.id}
    assert (his.own, his.assistants, his.waiting, his.scheduled_elsewhere) == ((), 0, 0, 1)
    nobody = await make_person(lives.resources, "new@practice.example", "New")
    assert await consequences.consequences(lives.resources, nobody.id) == consequences.Consequences()


async def test_somebody_holds_what_is_hers_and_knows_whom_she_works_with(lives: Lives) -> None:
    hers = await holdings(lives.resources, lives.world.alice.id)
    assert ([mailbox.id for mailbox in hers.own], hers.assisted) == ([lives.world.mailbox.id], [])
    assert hers.others == {lives.world.bob.id}
    his = await holdings(lives.resources, lives.world.bob.id)
    assert {mailbox.id for mailbox in his.assisted} == {lives.world.mailbox.id, lives.charlies.id}
    assert his.others == {lives.world.alice.id, lives.charlie.id}
    await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    after = await holdings(lives.resources, lives.world.bob.id)
    assert {mailbox.id for mailbox in after.assisted} == {lives.world.mailbox.id, lives.charlies.id}
    assert (await holdings(lives.resources, lives.world.alice.id)).own == []


# The account


async def test_the_account_adds_up_and_what_stands_first_stays(lives: Lives) -> None:
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    mailbox, grant = lives.world.mailbox.id, lives.grant.id
    for number in (1, 2):
        async with lives.resources.db.transaction() as session:
            await note_destroyed(session, erasure_id, {"draft": number, "login": 0})
            await note_mailbox(session, erasure_id, mailbox, key=f"key {number}", at=AT, digest=b"\x07")
            await note_access(session, erasure_id, lives.charlies.id, grant)
    row = await erasure_of(lives.resources, erasure_id)
    assert row.account["destroyed"] == {"login": 1, "draft": 3}
    assert mailboxes_of(row) == {mailbox: {"key": "key 1", "at": AT.isoformat(), "digest": "07"}}
    assert accesses_of(row) == [(lives.charlies.id, grant)]


async def test_what_was_noted_falls_with_the_transaction_that_destroyed(lives: Lives) -> None:
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)

    async def broken() -> None:
        async with lives.resources.db.transaction() as session:
            await note_destroyed(session, erasure_id, {"draft": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken()
    assert (await erasure_of(lives.resources, erasure_id)).account == {"destroyed": {"login": 1}}


def test_an_account_of_nothing_reads_as_nothing() -> None:
    row = Erasure(id=uuid4(), identity=b"", asked_by=PERSON, asked_at=AT)
    assert (mailboxes_of(row), accesses_of(row)) == ({}, [])


async def test_erasures_are_listed_by_state_oldest_first(lives: Lives) -> None:
    first = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    clock.move(timedelta(seconds=1))
    second = (await erase(lives.resources, lives.charlie.id, asked_by=PERSON)).id
    assert [row.id for row in await erasures(lives.resources)] == [first, second]
    assert [row.id for row in await erasures(lives.resources, state=ErasureState.BEGUN)] == [first]
    assert [row.id for row in await erasures(lives.resources, state=ErasureState.DONE)] == [second]
    assert await go_on_with_all(lives.resources) == 1
    assert await go_on_with_all(lives.resources) == 0


def test_an_identity_has_one_digest_here_and_another_elsewhere() -> None:
    here = identity_digest(b"secret", "https://accounts.google.com", "1")
    assert here == identity_digest(b"secret", "https://accounts.google.com", "1")
    others = {
        identity_digest(b"another", "https://accounts.google.com", "1"),
        identity_digest(b"secret", "https://accounts.google.com", "11"),
        identity_digest(b"secret", "https://accounts.google.com1", ""),
        identity_digest(b"secret", "https://login.example", "1"),
    }
    assert len(others | {here}) == 5


def test_a_certificate_says_anything_that_json_can() -> None:
    says = {"where": "España", "numbers": [1, None, True], "nested": {"ü": {}}}
    made = json.loads(json.dumps(certified(says, b"secret"), ensure_ascii=False))
    assert is_certified(made, b"secret")
    assert not is_certified(made, b"secret 2")
    assert not is_certified(made | {"public_key": "00"}, b"secret")


# The mailbox


async def test_closing_destroys_the_key_and_notes_which_it_was(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    mailbox_id = lives.world.mailbox.id
    async with lives.resources.db.transaction(mailbox=mailbox_id) as session:
        key = (await vault_of(session, lives.resources, mailbox_id)).key
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    for _twice in range(2):
        await close(await desk_of(lives.resources, lives.world.alice, lives.world.mailbox), erasure_id)
    said = mailboxes_of(await erasure_of(lives.resources, erasure_id))[mailbox_id]
    assert said["key"] == fingerprint(key)
    assert key.hex() not in said["key"]
    left = {table for table, row in rows(cluster, database_url) if row.get("mailbox_id") == mailbox_id}
    assert not {"mailbox_key", "connection"} & left
    assert "draft" in left
    assert (await grant_now(lives.resources, lives.grant)).status is GrantStatus.REVOKED
    revoked = [call for call in lives.world.sandbox.ledger.entries if call.path == "/google/revoke"]
    assert len(revoked) == 1


async def test_a_mailbox_that_was_disconnected_before_has_no_key_to_note(lives: Lives) -> None:
    await disconnect(await lives.world.owner())
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    said = mailboxes_of(row)[lives.world.mailbox.id]
    assert row.state is ErasureState.DONE
    assert "key" not in said
    assert said["consent_ended"] is None


async def test_a_provider_that_is_away_keeps_nobody_from_being_forgotten(lives: Lives) -> None:
    its_hour_comes()
    fails(lives.world.sandbox, Fails.BEFORE)
    assert (await lives.ready.deliver()).state is SendState.INTENT
    clock.move(LEASE)
    lives.world.sandbox.faults.replace([Fault(path="*", fault=Fails.STATUS_503, times=1000)])
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE
    said = mailboxes_of(row)[lives.world.mailbox.id]
    assert (said["consent_ended"], said["nobody_knows"]) == (False, [str(lives.ready.send.id)])


@pytest.mark.parametrize("state", [MailboxState.NEEDS_RECONNECT, MailboxState.SUSPENDED, MailboxState.RECONCILING])
async def test_in_whatever_state_a_mailbox_is_its_owner_can_be_erased(lives: Lives, state: MailboxState) -> None:
    async with lives.resources.db.transaction(mailbox=lives.world.mailbox.id) as session:
        mailbox = await session.get_one(type(lives.world.mailbox), lives.world.mailbox.id)
        mailbox.state = state
    assert (await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)).state is ErasureState.DONE
    async with lives.resources.db.transaction(mailbox=lives.world.mailbox.id) as session:
        for table in (MailboxKey, Connection):
            assert (await session.execute(select(table))).first() is None


async def test_two_mailboxes_are_both_erased_and_a_stranger_to_them_is_not(lives: Lives) -> None:
    lives.world.sandbox.add_mailbox("second@practice.example")
    second = await connected_mailbox(lives.resources, lives.world.alice, "second@practice.example")
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    assert set(mailboxes_of(row)) == {lives.world.mailbox.id, second.id}
    assert len({said["key"] for said in mailboxes_of(row).values()}) == 2
    assert await desk_of(lives.resources, lives.charlie, lives.charlies)


async def test_what_is_silent_for_a_minute_is_not_on_its_way_any_more(lives: Lives) -> None:
    owner = await lives.world.owner()
    assert await begun(owner) == []
    its_hour_comes()
    fails(lives.world.sandbox, Fails.AFTER_EFFECT)
    await lives.ready.deliver()
    (send,) = await on_its_way(owner)
    assert send.id == lives.ready.send.id
    assert not is_silent(send)
    clock.move(LEASE)
    assert is_silent(send)
    assert await on_its_way(owner) == []
    assert [each.id for each in await begun(owner)] == [send.id]


# The access


async def test_leaving_ends_an_access_once_whatever_its_state(lives: Lives) -> None:
    owner = await lives.world.owner()
    for _twice in range(2):
        assert await leave(lives.resources, lives.world.mailbox.id, lives.grant.id) == ()
    grant = await grant_now(lives.resources, lives.grant)
    assert (grant.status, grant.version) == (GrantStatus.REVOKED, lives.grant.version + 1)
    assert (await last(owner, 1))[0][1] == "leave"
    with pytest.raises(NotFound):
        await leave(lives.resources, uuid4(), lives.grant.id)


def test_deskhand_itself_may_end_an_access_and_nobody_else_may_call_it_so() -> None:
    facts = Facts(mailbox_state=MailboxState.NEEDS_RECONNECT)
    deskhand = Actor(kind=Kind.SYSTEM, person_id=None, surface="erasure")
    assert isinstance(decide(deskhand, None, Act.LEAVE, facts, AT), Allow)
    for act in (Act.EXPORT, Act.ERASE, Act.REVOKE, Act.GRANT):
        assert decide(deskhand, None, act, facts, AT) == Deny("owner_only")
    bob = Actor(kind=Kind.ASSISTANT, person_id=uuid4(), surface="api")
    for act in (Act.LEAVE, Act.EXPORT, Act.ERASE):
        assert isinstance(decide(bob, None, act, facts, AT), Deny)


# Consents that wait


async def test_a_consent_that_waits_for_her_yes_is_given_back_and_forgotten(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    sandbox, resources, charlie = lives.world.sandbox, lives.resources, lives.charlie
    dora = await make_person(resources, "dora@practice.example", "Dora Dorn")
    sandbox.add_person(dora.email, dora.name)
    sandbox.add_mailbox(dora.email)
    await _held(resources, dora)
    assert [row for table, row in rows(cluster, database_url) if table == "consent_request" and row["held"]]
    before = len(sandbox.ledger.entries)
    row = await erase(resources, dora.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE
    assert [call.path for call in sandbox.ledger.since(before)] == ["/google/revoke"]
    assert not [row for table, row in rows(cluster, database_url) if table == "consent_request" and row["held"]]
    assert charlie.id != dora.id


async def _held(resources: Resources, person: Person) -> None:
    """Go to the provider and come back, and say neither yes nor no."""

    async def waits(*_given: Any, **_named: Any) -> Any:
        raise BadConsent(reason="still_asked")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.people.held_consent", waits)
        with pytest.raises(BadConsent):
            await connected_mailbox(resources, person)


# The register


def test_every_table_of_a_mailbox_is_deleted_before_what_it_refers_to() -> None:
    names = [entry.name for entry in of_mailboxes(Fate.DELETED)]
    tables = SQLModel.metadata.tables
    for place, name in enumerate(names):
        into = {key.column.table.name for key in tables[name].foreign_keys} & set(names)
        assert not into & set(names[:place]), name


def test_what_is_kept_is_kept_for_a_reason_and_none_of_it_is_sealed() -> None:
    kept = [*of_mailboxes(Fate.KEPT), *of_mailboxes(Fate.EMPTIED), *of_people(Fate.EMPTIED)]
    assert {"audit_entry", "agreement", "person", "mailbox"} <= {entry.name for entry in kept}
    for entry in kept:
        assert entry.why, entry.name
        assert not {"refresh_token", "wrapped", "address"} & set(entry.table.model_fields) or entry.fate is Fate.EMPTIED


def test_the_forms_of_a_journey_are_never_exported() -> None:
    hidden = {entry.name: entry.hidden for entry in of_people() if entry.file}
    assert ConsentRequest.__tablename__ not in hidden
    assert "secret_sha256" in hidden["login"]
    assert {"address", "link"} <= hidden["notice"]
    assert sign_in.Purpose.CONNECT
    assert BOB[0] != ALICE[0]
