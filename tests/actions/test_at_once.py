"""Everybody at once: no two acts wait for each other for ever, and the ledger agrees with the log afterwards."""

from __future__ import annotations

import asyncio
import random

from app import clock
from app.actions import accept, grants, invite, schedule
from app.actions.approve import approve
from app.actions.decline import decline
from app.actions.draft import edit_draft, see_draft
from app.actions.label import label
from app.actions.move import archive, unarchive
from app.actions.private import mark_sender
from app.errors import AppError, DatabaseTrouble
from app.models.draft import SendState
from tests.actions.situations import HOUR, World, effects, in_an_hour, its_hour_comes, log_of, message_id, sends

WRITES = {"label", "archive", "unarchive", "draft", "edit", "send"}


async def test_many_acts_at_once_end_in_acts_and_refusals_and_never_in_a_deadlock(world: World) -> None:
    given = await world.grant("label", "archive", "schedule")
    ready = await world.ready()
    owner, desk, resources = ready.owner, ready.desk, world.resources
    message = await message_id(desk)
    chance = random.Random(4)

    async def confirmed() -> None:
        terms = {"scopes": given.scopes, "until": clock.now() + HOUR, "language": "en"}
        row, token = await invite.invite(owner, needs_approval=given.needs_approval, **terms)
        await accept.accept(resources, world.bob.id, token)
        await accept.confirm(owner, row.id, texts=lambda _: str)

    async def approved() -> None:
        seen = await see_draft(owner, ready.seen.row.id)
        await approve(owner, ready.seen.row.id, sha256=seen.sha256)

    acts = [
        lambda: label(desk, message, add=["Clients"]),
        lambda: label(owner, message, remove=["Clients"]),
        lambda: archive(desk, message),
        lambda: unarchive(owner, message),
        lambda: edit_draft(desk, ready.seen.row.id, "Other words."),
        lambda: in_an_hour(desk, ready.seen, hours=2),
        lambda: schedule.cancel(owner, ready.send.id),
        lambda: decline(owner, ready.seen.row.id),
        lambda: mark_sender(owner, "mother@family.example"),
        lambda: grants.pause(owner, given.id),
        lambda: grants.resume(owner, given.id),
        approved,
        confirmed,
        ready.deliver,
        ready.deliver,
    ]
    for number in range(3):
        chance.shuffle(acts)
        done = await asyncio.gather(*(act() for act in acts), return_exceptions=True)
        failed = [each for each in done if isinstance(each, BaseException)]
        assert all(isinstance(each, AppError) and not isinstance(each, DatabaseTrouble) for each in failed), failed
        if number == 1:
            its_hour_comes()
    assert sends(world.sandbox) == ((await ready.now()).state is SendState.SENT)
    entries = await log_of(owner)
    begun = {entry.seq for entry in entries if entry.phase == "begin"}
    assert begun == {entry.begins for entry in entries if entry.phase == "end"}
    ended = [entry for entry in entries if (entry.phase, entry.outcome) == ("end", "done")]
    assert len(effects(world.sandbox)) <= len([entry for entry in ended if entry.action in WRITES])
