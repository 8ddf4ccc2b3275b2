"""An access that is paused, over or not begun shows nothing of the owner's: no texts of hers, no hours, no days off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from fastapi import FastAPI

from app import clock
from app.actions import grants
from app.actions.hours import mailbox_hours, set_hours
from app.actions.log import read_log
from app.actions.make_key import make_key
from app.actions.reply_template import reply_with_template
from app.actions.templates import part_of_templates, template_of
from app.actions.write_template import write_template
from app.errors import Denied
from app.models.calendar import Calendar, DaysOff
from app.models.template import Template
from tests.actions.situations import HOUR, World, message_id
from tests.web.browser import Browser
from tests.web.program import Program

TEXT = "Our discount for you is 40 percent."
AWAY = Calendar(zone="UTC", spans=(), days_off=(DaysOff(first=date(2026, 12, 1), last=date(2027, 1, 31)),))
LISTS = ("templates", "hours", "drafts", "scheduled", "keys", "grants", "")
REASONS = {"over": "grant_expired", "paused": "grant_paused", "not_begun": "grant_not_begun"}


async def written_since(world: World) -> Template:
    """Have Alice write a text and her days off."""
    owner = await world.owner()
    await set_hours(owner, "", AWAY)
    return (await write_template(owner, name="Offer", language="en", text=TEXT)).row


async def grant_that_is(world: World, how: str) -> None:
    """Give Bob an access that is over, paused, or has not begun."""
    begins = clock.now() + timedelta(days=3) if how == "not_begun" else None
    until = clock.now() + HOUR if how == "over" else None
    grant = await world.grant("reply.template", begins=begins, until=until)
    if how == "paused":
        await grants.pause(await world.owner(), grant.id)
    if how == "over":
        clock.move(2 * HOUR)


@pytest.mark.parametrize("how", REASONS)
async def test_nothing_of_the_owners_is_listed_under_an_access_that_is_not_in_force(
    world: World, as_bob: Browser, how: str
) -> None:
    await grant_that_is(world, how)
    await written_since(world)
    answers = {what: await as_bob.api("GET", f"/mailboxes/{world.mailbox.id}/{what}".rstrip("/")) for what in LISTS}
    for answer in answers.values():
        assert TEXT not in answer.text
        assert "2027-01-31" not in answer.text
    for what in ("templates", "hours"):
        assert (answers[what].status_code, answers[what].json()["code"]) == (403, REASONS[how])


@pytest.mark.parametrize("how", REASONS)
async def test_nor_does_a_reply_with_a_text_say_what_it_asks_for(world: World, how: str) -> None:
    await grant_that_is(world, how)
    template = await written_since(world)
    for attempt in (template_of, lambda desk, its: reply_with_template(desk, its, its, {"nothing": "fits"})):
        with pytest.raises(Denied) as refused:
            await attempt(await world.assistant(), template.id)
        assert refused.value.reason == REASONS[how]


async def test_a_program_reads_them_no_longer_than_its_assistant(world: World, app: FastAPI) -> None:
    grant = await world.grant("reply.template", "label")
    await written_since(world)
    bob, until = await world.assistant(), clock.now() + HOUR
    wide, narrow = [
        Program(app, (await make_key(bob, name=name, until=until, scopes=[name]))[1])
        for name in ("reply.template", "label")
    ]
    at = f"/mailboxes/{world.mailbox.id}"
    assert TEXT in (await wide.api("GET", f"{at}/templates")).text
    assert "2027-01-31" in (await narrow.api("GET", f"{at}/hours")).text
    assert (await narrow.api("GET", f"{at}/templates")).json()["code"] == "scope_missing"
    await grants.pause(await world.owner(), grant.id)
    for what in ("templates", "hours"):
        assert (await wide.api("GET", f"{at}/{what}")).json()["code"] == "grant_paused"


async def test_who_looked_at_them_stands_in_the_log_once_each(world: World) -> None:
    await world.grant("reply.template")
    template = await written_since(world)
    bob, owner = await world.assistant(), await world.owner()
    await message_id(bob)
    await part_of_templates(bob, size=10)
    await mailbox_hours(bob)
    for hers in (part_of_templates(owner, size=10), mailbox_hours(owner), template_of(owner, template.id)):
        await hers
    looks = [entry.action for entry in (await read_log(owner)).entries if entry.action.startswith("see_")]
    assert looks == ["see_hours", "see_templates"]
