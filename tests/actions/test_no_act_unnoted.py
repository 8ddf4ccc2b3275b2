"""No act without its entry: where the log cannot be written, nothing is done; looking goes on for the owner."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import SQLAlchemyError

from app.access.acts import ACTS, Act
from app.actions import move
from app.actions.desk import Desk
from app.actions.draft import message_of, write_draft
from app.actions.hand import About
from app.actions.label import label
from app.actions.list_messages import list_messages
from app.actions.log import read_log, verify
from app.actions.read import read
from app.actions.send import deliver
from app.db.embedded import Cluster
from app.errors import AppError, DatabaseTrouble, Denied
from app.models.draft import SendState
from app.providers.base import Listing
from tests.actions.situations import World, effects, its_hour_comes, lease_is_over, log_of, message_id, sends

Spoil = Callable[[], Awaitable[None]]

# How a log comes to be one that cannot be written.
TROUBLES = {
    "the disk is full": ("create function full_disk() returns trigger language plpgsql as "
        "$$ begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$;"
        "create trigger full_disk before insert on audit_entry for each row execute function full_disk()"),
    "nobody may write": "revoke insert on audit_entry from deskhand_app",
}  # fmt: skip
MENDS = {
    "the disk is full": "drop trigger full_disk on audit_entry; drop function full_disk",
    "nobody may write": "grant insert on audit_entry to deskhand_app",
}
SCOPES = ("mail.read", "attach.read", "spam.review", "label", "archive", "trash", "draft", "schedule", "reply.free")
DOES = [act for act in Act if not ACTS[act].looks]
LOOKS = [act for act in Act if ACTS[act].looks and ACTS[act].scope]


class Log:
    """The log of a database, to be made one that takes nothing."""

    def __init__(self, cluster: Cluster, database_url: str, trouble: str) -> None:
        self.url = cluster.url("deskhand_owner", str(conninfo_to_dict(database_url)["dbname"]))
        self.trouble = trouble

    def run(self, statement: str) -> None:
        """Do what only the owner of the tables may."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    @asynccontextmanager
    async def spoilt(self) -> AsyncIterator[None]:
        """Have it take nothing."""
        self.run(TROUBLES[self.trouble])
        yield
        self.run(MENDS[self.trouble])


@pytest.fixture(params=sorted(TROUBLES))
def log(request: pytest.FixtureRequest, cluster: Cluster, database_url: str) -> Log:
    return Log(cluster, database_url, request.param)


TROUBLE = (DatabaseTrouble, SQLAlchemyError, psycopg.Error)


async def test_whatever_the_act_the_provider_hears_nothing(world: World, log: Log) -> None:
    """I1, fault 8: every act there is, by the owner and by an assistant who has every right."""
    await world.grant(*SCOPES)
    owner, desk = await world.owner(), await world.assistant()
    about = About(message=await message_of(owner, await message_id(owner)))
    async with log.spoilt():
        heard, done = len(world.sandbox.ledger.entries), len(effects(world.sandbox))
        for act in DOES:
            with pytest.raises(TROUBLE):
                async with owner.act(act, about):
                    raise AssertionError(f"{act} was begun without its entry")
        assert len(world.sandbox.ledger.entries) == heard
        for act in (*DOES, *LOOKS):
            try:
                async with desk.act(act, about):
                    raise AssertionError(f"{act} was begun without its entry")
            except (AppError, *TROUBLE):
                pass
        # An assistant's act is judged by the live conversation first, so that is read; nothing is done.
        assert len(effects(world.sandbox)) == done
    assert await verify(owner) is None


async def test_the_owner_goes_on_reading_her_mail_and_her_log(world: World, log: Log) -> None:
    await world.grant("label")
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    for _ in range(2):
        with pytest.raises(Denied):
            await move.archive(desk, message)
    async with log.spoilt():
        assert (await list_messages(owner, Listing())).messages
        assert (await read(owner, message)).content.text
        assert (await read_log(owner)).entries
        assert await verify(owner) is None


async def test_what_was_not_begun_is_begun_when_the_log_can_be_written_again(world: World, log: Log) -> None:
    await world.grant(*SCOPES)
    owner, desk = await world.owner(), await world.assistant()
    message = await message_id(desk)
    before = [entry.seq for entry in await log_of(owner)]
    async with log.spoilt():
        for attempt in (
            label(owner, message, add=["A"]),
            label(desk, message, add=["B"]),
            move.trash(desk, message),
            write_draft(owner, message, "Yes."),
        ):
            with pytest.raises(TROUBLE):
                await attempt
        assert effects(world.sandbox) == []
    assert [entry.seq for entry in await log_of(owner)] == before
    assert (await label(desk, message, add=["B"])).message.labels == {"B"}


async def test_a_letter_whose_hour_comes_meanwhile_waits_and_leaves_once_afterwards(world: World, log: Log) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    async with log.spoilt():
        with pytest.raises(TROUBLE):
            await ready.deliver()
        assert sends(world.sandbox) == 0
        assert (await ready.now()).state == SendState.PREPARED
    lease_is_over()
    assert (await deliver(world.resources, world.mailbox.id, ready.send.id)).state == SendState.SENT
    assert sends(world.sandbox) == 1
    begun = [entry for entry in await log_of(ready.owner) if entry.action == "send"]
    assert [(entry.phase, entry.outcome) for entry in begun] == [("begin", ""), ("end", "done")]


async def test_an_act_whose_end_cannot_be_noted_is_known_to_have_begun(world: World, log: Log) -> None:
    """The disk fills up between the two entries: what was done is not denied, its end is just not told."""
    owner: Desk = await world.owner()
    message = await message_id(owner)
    known = await message_of(owner, message)

    async def half_noted() -> None:
        async with owner.act(Act.LABEL, About(message=known)) as hand:
            await hand.mailbox.relabel(known.provider_id, add=frozenset({"A"}), remove=frozenset())
            log.run(TROUBLES[log.trouble])

    with pytest.raises(TROUBLE):
        await half_noted()
    log.run(MENDS[log.trouble])
    newest = (await log_of(owner))[-1]
    assert (newest.action, newest.phase, newest.outcome) == ("label", "begin", "")
    assert len(effects(world.sandbox, "label")) == 1
