"""Two hundred calls at once on a token that is over, a database that goes away: one refresh, and no token is lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg
import pytest

from app import clock
from app.actions import tokens
from app.actions.resources import AccessTokens, Resources
from app.actions.seats import open_desk_for_job
from app.actions.tokens import access_token, is_over
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.errors import DatabaseTrouble, MailboxDisconnected
from app.models.mailbox import Mailbox, MailboxState
from app.models.person import Person
from app.providers import connect
from app.providers.calling import token_digest
from app.sandbox.sandbox import Sandbox
from tests.actions.outlook import sessions_end
from tests.people import ALICE, connected_mailbox

HOURS = timedelta(hours=2)


@dataclass(frozen=True)
class Box:
    """Alice's mailbox at one provider."""

    resources: Resources
    sandbox: Sandbox
    mailbox: Mailbox
    way: str

    def refreshes(self) -> int:
        """Return how often the provider was asked for fresh tokens."""
        return sum(str(entry.operation).endswith("refresh_token") for entry in self.sandbox.ledger.entries)

    def takes_no_old_token(self) -> None:
        """Have the provider refuse every token handed out so far, while refreshing goes on working."""
        self.sandbox.grants.accesses.clear()
        sessions_end(self.sandbox)
        clock.move(timedelta(seconds=1))

    async def state(self) -> MailboxState:
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            return (await session.get_one(Mailbox, self.mailbox.id)).state

    async def kept(self) -> str:
        """Return the refresh token as the row has it."""
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            row = await tokens.live_connection(session, self.mailbox.id)
            vault = await tokens.vault_of(session, self.resources, self.mailbox.id)
        return vault.unseal(tokens.COLUMN, row.id, row.refresh_token)


@pytest.fixture(params=["google", "microsoft"])
async def box(request: pytest.FixtureRequest, resources: Resources, sandbox: Sandbox, alice: Person) -> Box:
    if request.param == "microsoft":
        sandbox.add_graph_mailbox(ALICE[0])
    mailbox = await connected_mailbox(resources, alice, ALICE[0], way=request.param)
    return Box(resources, sandbox, mailbox, request.param)


def another(resources: Resources) -> Resources:
    """Return the resources of another process: the same database, nothing in memory."""
    return replace(resources, tokens=AccessTokens())


@pytest.mark.parametrize("over", ["expired", "refused"])
async def test_R5_two_hundred_calls_at_a_mailbox_on_a_token_that_is_over_are_one_refresh(box: Box, over: str) -> None:
    """The calls themselves, from two processes, as many as four at a time; none is lost, and the consent goes on."""
    processes = [box.resources, another(box.resources)]
    desks = [await open_desk_for_job(each, box.mailbox.id, None, surface="test") for each in processes]
    assert {await desk.provider.address() for desk in desks} == {ALICE[0]}
    if over == "expired":
        clock.move(HOURS)
    else:
        box.takes_no_old_token()
    before, calls = box.refreshes(), len(box.sandbox.ledger.entries)
    answers = await asyncio.gather(*(desks[n % 2].provider.address() for n in range(200)))
    assert answers == [ALICE[0]] * 200
    assert box.refreshes() == before + 1
    good = [entry for entry in box.sandbox.ledger.since(calls) if entry.status == 200]
    assert len(good) == 201
    assert await box.state() is MailboxState.ACTIVE


async def test_R5_the_database_goes_away_between_the_answer_and_the_commit(
    box: Box, cluster: Cluster, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not committed was not used by anybody; the token before it is still there, and works."""
    name, handed = str(psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]), []
    refreshed = connect.refresh

    async def and_then_gone(*given: object, **more: object) -> connect.Tokens:
        handed.append(await refreshed(*given, **more))  # type: ignore[arg-type]
        with psycopg.connect(cluster.url(ADMIN, name), autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
                [name],
            )
        return handed[-1]

    before = await box.kept()
    clock.move(HOURS)
    monkeypatch.setattr(connect, "refresh", and_then_gone)
    with pytest.raises(Exception) as lost:  # noqa: PT011 - what matters is that it is no end of the consent
        await access_token(box.resources, box.mailbox.id, "")
    assert not isinstance(lost.value, MailboxDisconnected)
    monkeypatch.undo()
    assert len(handed) >= 1
    assert box.mailbox.id not in box.resources.tokens.by_mailbox or (
        box.resources.tokens.by_mailbox[box.mailbox.id].value not in {each.access_token for each in handed}
    )
    given = await once_it_is_back(box)
    assert given not in {each.access_token for each in handed}
    assert await box.state() is MailboxState.ACTIVE
    if box.way == "microsoft":  # rotated, and the newest is the one that is kept
        assert await box.kept() == list(box.sandbox.entra.grants.refreshes)[-1]
        assert await box.kept() != before
    else:
        assert await box.kept() == before


async def once_it_is_back(box: Box) -> str:
    """Return a token as soon as the pool has let go of its broken connections."""
    for _ in range(20):
        try:
            return await access_token(box.resources, box.mailbox.id, "")
        except DatabaseTrouble:
            continue
    raise AssertionError("the database does not come back")


async def test_R6_only_the_newest_token_that_is_refused_ends_a_consent(box: Box) -> None:
    old = await access_token(box.resources, box.mailbox.id, "")
    newest = await access_token(box.resources, box.mailbox.id, old)
    for other in (old, "", "made up"):
        assert not await is_over(box.resources, box.mailbox.id, token_digest(other))
    assert await box.state() is MailboxState.ACTIVE
    assert await access_token(another(box.resources), box.mailbox.id, "") == newest
    ended = await asyncio.gather(*(is_over(box.resources, box.mailbox.id, token_digest(newest)) for _ in range(8)))
    assert ended == [True] * 8
    assert await box.state() is MailboxState.NEEDS_RECONNECT
    asked = box.refreshes()
    with pytest.raises(MailboxDisconnected):
        await access_token(another(box.resources), box.mailbox.id, "")
    assert box.refreshes() == asked


async def test_R6_no_digest_of_a_token_is_in_what_a_person_is_told(box: Box) -> None:
    refusal = MailboxDisconnected(refused=token_digest("a token"))
    assert token_digest("a token") not in refusal.sentence() + str(refusal) + repr(refusal)


async def test_R6_a_newer_consent_outlives_the_refusal_of_an_older_token(box: Box) -> None:
    old = await access_token(box.resources, box.mailbox.id, "")
    again = await connected_mailbox(box.resources, await owner_of(box), ALICE[0], way=box.way)
    assert again.id == box.mailbox.id
    assert not await is_over(box.resources, box.mailbox.id, token_digest(old))
    assert await box.state() is MailboxState.ACTIVE
    assert await access_token(box.resources, box.mailbox.id, "") != old


async def owner_of(box: Box) -> Person:
    async with box.resources.db.transaction(person=box.mailbox.owner_id) as session:
        return await session.get_one(Person, box.mailbox.owner_id)
