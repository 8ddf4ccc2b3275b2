"""What everybody finds after Alice was erased: dead links, no letters, no way back, and their own work untouched."""

from __future__ import annotations

import asyncio
import logging
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi import FastAPI
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from app.actions import accept, invite, propose, tell
from app.actions.accept import invitation_by
from app.actions.erase import PERSON, begin, erase, erasures, id_for
from app.actions.erasure_list import file_of, read_list
from app.actions.label import label
from app.actions.post import post
from app.actions.receipt import receipt_of
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.errors import NotFound
from app.jobs import worker
from app.models.erasure import ErasureState
from app.models.grant import NeedsApproval
from app.models.notice import NoticeKind
from app.web.logs import JsonLines
from tests.actions.situations import HOUR, World, log_of, message_id
from tests.erasing.conftest import WEEK, Lives
from tests.erasing.remains import holding, rows
from tests.erasing.test_erase import HERS
from tests.jobs.rows import until
from tests.notices.conftest import notices_of, posting, server, with_mail
from tests.notices.server import MailServer
from tests.people import ALICE, connected_mailbox, desk_of, make_person
from tests.web.browser import Browser, mailbox_path

__all__ = ["posting", "server"]


async def gone(lives: Lives) -> None:
    row = await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE


async def test_T35_no_row_of_anybody_else_has_changed(lives: Lives, cluster: Cluster, database_url: str) -> None:
    """Row by row over the whole database: what is not Alice's is as it was, and nothing has come but her erasure."""
    hers = {lives.world.alice.id, lives.world.mailbox.id}

    def others() -> list[str]:
        found = [(table, row) for table, row in rows(cluster, database_url) if not hers & _named(row)]
        return sorted(f"{table} {row}" for table, row in found if table != "erasure")

    before = others()
    await gone(lives)
    assert len(before) > 15
    assert others() == before


def _named(row: dict[str, object]) -> set[object]:
    """Return the ids in a row that say whose it is."""
    whose = ("id", "owner_id", "person_id", "mailbox_id", "about_mailbox_id", "assistant_id")
    return {row[name] for name in whose if name in row}


async def test_every_browser_of_hers_is_signed_out(lives: Lives, app: FastAPI) -> None:
    browsers = [await Browser(app, lives.resources).sign_in(lives.world.alice) for _ in range(3)]
    assert [(await each.get("/owner")).status_code for each in browsers] == [200, 200, 200]
    await gone(lives)
    for each in browsers:
        assert (await each.get("/owner")).status_code == 401
        assert (await each.api("GET", "/session")).json()["code"] == "not_signed_in"
        await each.close()


async def test_her_assistant_finds_nothing_where_she_was(lives: Lives, as_bob: Browser) -> None:
    at = mailbox_path(lives.world.mailbox.id)
    assert (await as_bob.api("GET", f"{at}/messages")).status_code == 200
    await gone(lives)
    for rest in ("", "/messages", "/drafts", "/scheduled", "/grants"):
        there, nowhere = await as_bob.api("GET", at + rest), await as_bob.api("GET", mailbox_path(uuid4()) + rest)
        assert (there.status_code, there.json()["code"]) == (nowhere.status_code, nowhere.json()["code"])
        assert there.status_code == 404
    page = await as_bob.get("/assistant")
    assert page.status_code == 200
    assert ALICE[0] not in page.text
    assert ALICE[1] not in page.text


async def test_the_links_she_has_given_away_lead_nowhere(lives: Lives, as_charlie: Browser) -> None:
    terms = {"until": lives.ready.send.due_at + WEEK, "language": "en", "needs_approval": NeedsApproval.ALWAYS}
    _offer, invitation = await invite.invite(await lives.world.owner(), scopes=["label"], **terms)  # type: ignore[arg-type]
    _row, proposal = await propose.propose(
        lives.resources, lives.world.alice.id, scopes=["label"], until=lives.ready.send.due_at + HOUR, message="?"
    )
    for token in (invitation, proposal):
        assert (await as_charlie.get(f"/invitations/{token}")).status_code == 200
    await gone(lives)
    for token in (invitation, proposal):
        assert (await as_charlie.get(f"/invitations/{token}")).status_code == 404
    with pytest.raises(NotFound):
        await invitation_by(lives.resources, invitation)
    with pytest.raises(NotFound):
        await accept.accept(lives.resources, lives.charlie.id, invitation)


async def test_no_letter_leaves_to_somebody_who_was_erased(posting: World, server: MailServer) -> None:
    resources, alice = posting.resources, posting.alice
    async with resources.db.transaction(mailbox=posting.mailbox.id) as session:
        await tell.reconnect(session, resources, posting.mailbox)
    (notice,) = await notices_of(resources, alice)
    await begin(resources, alice.id, asked_by=PERSON)
    await post(resources, alice.id, notice.id)
    await erase(resources, alice.id, asked_by=PERSON)
    with pytest.raises(NotFound):
        await post(resources, alice.id, notice.id)
    assert server.letters == []


async def test_what_is_told_to_her_afterwards_is_deleted_before_it_is_done(lives: Lives) -> None:
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    async with lives.resources.db.transaction(mailbox=lives.world.mailbox.id) as session:
        await tell.keep(
            session, lives.resources, NoticeKind.HELD, lives.world.alice.id, about_mailbox_id=lives.world.mailbox.id
        )
    await gone(lives)
    assert erasure_id == id_for(lives.world.alice.id)
    assert await notices_of(lives.resources, lives.world.alice) == []


async def test_names_of_labels_are_the_one_kind_of_words_that_stays(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    """As the page says before she says yes, and the decision about it: the log cannot be changed by anybody."""
    owner = await lives.world.owner()
    await label(owner, await message_id(owner), add=["For my sister"])
    await gone(lives)
    found = holding(list(rows(cluster, database_url)), {"label": "For my sister"})
    assert set(found["label"]) <= {"audit_entry.labels_before", "audit_entry.labels_after"}


async def test_what_an_access_was_bound_to_stays_with_what_was_agreed_and_nowhere_else(
    lives: Lives, cluster: Cluster, database_url: str
) -> None:
    """Whose mail Bob might work on is part of his proof; the grant itself needs only its ids and days."""
    bound = {"client": "@customer.example"}
    assert set(holding(list(rows(cluster, database_url)), bound)["client"]) == {
        "agreement.conditions",
        "agreement.sentences",
        "grants.conditions",
        "invitation.conditions",
    }
    for person in (lives.world.alice, lives.charlie):
        await erase(lives.resources, person.id, asked_by=PERSON)
    after = list(rows(cluster, database_url))
    assert set(holding(after, bound)["client"]) == {"agreement.conditions", "agreement.sentences"}
    left = [row["conditions"] for table, row in after if table == "grants"]
    assert len(left) == 2
    assert not [kept for kept in left if any(kept.values())]  # type: ignore[attr-defined]
    agreed = [row for table, row in after if table == "agreement" and row["person_id"] == lives.world.bob.id]
    assert len(agreed) == 2
    assert all(row["sentences"] for row in agreed)


@pytest.mark.parametrize("role", ["deskhand_app", "deskhand_dispatch", "deskhand_owner", ADMIN])
async def test_nobody_brings_an_entry_of_her_log_or_its_end_to_say_something_else(
    lives: Lives, cluster: Cluster, database_url: str, role: str
) -> None:
    await gone(lives)
    name = str(conninfo_to_dict(database_url)["dbname"])
    login = role if role in ("deskhand_owner", ADMIN) else "deskhand_service"
    refused = (errors.InsufficientPrivilege, errors.RaiseException)
    with psycopg.connect(cluster.url(login, name), autocommit=True) as connection:
        if login == "deskhand_service":
            connection.execute(f"set role {role}")  # type: ignore[call-overload]
        connection.execute("select set_config('deskhand.mailbox', %s, false)", [str(lives.world.mailbox.id)])
        for change in ("update audit_entry set actor_id = null", "delete from audit_entry", "truncate audit_entry"):
            with pytest.raises(refused):
                connection.execute(change)  # type: ignore[call-overload]


async def test_nothing_of_hers_stands_in_the_technical_log(lives: Lives, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await gone(lives)
    said = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert not [what for what, word in HERS.items() if word in said]
    assert lives.world.mailbox.provider_subject not in said


async def test_an_owner_of_three_mailboxes_who_assists_too_is_one_receipt(lives: Lives) -> None:
    for address in ("second@practice.example", "third@practice.example"):
        lives.world.sandbox.add_mailbox(address)
        await connected_mailbox(lives.resources, lives.charlie, address)
    row = await erase(lives.resources, lives.charlie.id, asked_by=PERSON)
    says = receipt_of(lives.resources, row)["says"]
    assert len(says["mailboxes"]) == 3
    assert {said["consent_ended"] for said in says["mailboxes"].values()} == {True}
    assert len({said["log_hash"] for said in says["mailboxes"].values()}) == 3
    assert await log_of(await lives.world.owner())


# The worker


async def _works_until(lives: Lives, erasure_id: UUID) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(worker.work(lives.resources, stop))

    async def done() -> bool:
        finished = await erasures(lives.resources, state=ErasureState.DONE)
        return erasure_id in {row.id for row in finished} and task.done() is False

    try:
        await until(done)
    finally:
        stop.set()
        await task


async def test_a_worker_finishes_what_a_dead_process_has_begun(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "ERASE_EVERY", 0.05)
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    await _works_until(lives, erasure_id)
    assert [line.id for line in read_list(file_of(lives.resources.settings))] == [erasure_id]


async def test_a_list_that_cannot_be_read_is_said_so_and_keeps_nothing_from_being_done(
    lives: Lives, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "ERASE_EVERY", 0.05)
    path = file_of(lives.resources.settings)
    path.write_text("this is no list\n")
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    await _works_until(lives, erasure_id)
    assert f"the list of erasures {path} cannot be used" in caplog.text
    assert path.read_text() == "this is no list\n"


async def test_with_mail_set_up_nobody_is_written_to_about_it(posting: World, server: MailServer) -> None:
    assert with_mail(posting.resources, "smtp://127.0.0.1:9").settings.mail_url
    dora = await make_person(posting.resources, "dora@practice.example", "Dora")
    await posting.grant()
    await erase(posting.resources, posting.bob.id, asked_by=PERSON)
    await erase(posting.resources, dora.id, asked_by=PERSON)
    assert await notices_of(posting.resources, posting.alice) == []
    assert server.letters == []
    assert await desk_of(posting.resources, posting.alice, posting.mailbox)
