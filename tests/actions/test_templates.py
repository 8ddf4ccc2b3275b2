"""Approved texts: the owner writes them, an assistant fills and sends them, and an edit is asked about again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from app.actions import draft, schedule
from app.actions.draft import see_draft
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender
from app.actions.reply_template import reply_with_template
from app.actions.send import deliver
from app.actions.templates import Approved, part_of_templates, template_of
from app.actions.write_template import end_template, rewrite_template, write_template
from app.errors import BadRequest, Conflict, Denied, NotFound
from app.models.conditions import Conditions, MailKind
from app.models.draft import ScheduledSend, SendState
from app.models.grant import NeedsApproval
from app.models.template import TemplateVersion
from app.providers.base import Listing
from app.sandbox.gmail.arriving import deliver as arrive
from tests.actions.situations import (
    World,
    approved,
    edit_by_hand,
    effects,
    in_an_hour,
    its_hour_comes,
    log_of,
    message_id,
    sends,
)
from tests.people import ALICE, MOTHER, mail

CONFIRMS = "Dear {{name}},\n\nAlice will be there on {{day:date}}."
VALUES = {"name": "Clara", "day": "2026-11-30"}


async def confirms(world: World, **more: Any) -> Approved:
    usual = {"name": "Confirm", "language": "en", "text": CONFIRMS}
    return await write_template(await world.owner(), **(usual | more))


async def goes(world: World, send: ScheduledSend) -> tuple[SendState, str]:
    its_hour_comes()
    ended = await deliver(world.resources, world.mailbox.id, send.id)
    return ended.state, ended.reason


async def test_V27_an_untouched_text_leaves_without_asking_where_free_text_is_asked_about(world: World) -> None:
    template = await confirms(world)
    await world.grant("reply.template", needs_approval=NeedsApproval.FREE_TEXT)
    desk = await world.assistant()
    seen = await reply_with_template(desk, await message_id(desk), template.row.id, VALUES)
    assert seen.draft.text.startswith("Dear Clara,\n\nAlice will be there on 2026-11-30.")
    planned = await in_an_hour(desk, seen)
    assert await goes(world, planned) == (SendState.SENT, "")
    box = world.sandbox.mailbox(ALICE[0])
    assert b"Alice will be there on 2026-11-30" in box.raw(box.messages[world.sandbox.left[0].message])
    entries = [each for each in await log_of(await world.owner()) if each.action == "reply_template"]
    assert [(each.phase, each.outcome) for each in entries] == [("begin", ""), ("end", "done")]
    assert entries[1].subject_id == seen.row.id


async def test_V28_an_edit_by_whomever_or_a_newer_version_is_asked_about_again(world: World) -> None:
    template = await confirms(world)
    await world.grant("reply.template", "reply.free", "schedule", needs_approval=NeedsApproval.FREE_TEXT)
    owner, desk = await world.owner(), await world.assistant()

    by_her = await reply_with_template(desk, await message_id(desk), template.row.id, VALUES)
    await draft.edit_draft(desk, by_her.row.id, "Something else altogether")
    assert await goes(world, await in_an_hour(desk, by_her)) == (SendState.HELD, "approval_missing")

    other = await reply_with_template(desk, await message_id(desk, "Garden news"), template.row.id, VALUES)
    planned = await in_an_hour(desk, other)
    edit_by_hand(world.sandbox, other, b"Clara", b"Klara")
    assert await goes(world, planned) == (SendState.HELD, "draft_edited")

    arrive(world.sandbox.mailbox(ALICE[0]), mail("n@new.example", "Third", "Hello"))
    third = await reply_with_template(desk, await message_id(desk, "Third"), template.row.id, VALUES)
    planned = await in_an_hour(desk, third)
    newer = await rewrite_template(owner, template.row.id, "Other words")
    assert newer.row.version == 2
    assert await goes(world, planned) == (SendState.HELD, "approval_missing")
    assert sends(world.sandbox) == 0
    await approved(owner, third)
    assert (await deliver(world.resources, world.mailbox.id, planned.id)).state is SendState.SENT


async def test_the_scope_covers_approved_words_and_no_others(world: World) -> None:
    template = await confirms(world)
    await world.grant("reply.template", needs_approval=NeedsApproval.NEVER)
    desk = await world.assistant()
    terrace = await message_id(desk)
    with pytest.raises(Denied) as refused:
        await draft.write_draft(desk, terrace, "My own words")
    assert refused.value.reason == "scope_missing"
    seen = await reply_with_template(desk, terrace, template.row.id, VALUES)
    with pytest.raises(Denied):
        await draft.edit_draft(desk, seen.row.id, "My own words")
    send = await schedule.schedule_now(desk, seen.row.id)
    assert (await deliver(world.resources, world.mailbox.id, send.id)).state is SendState.SENT


async def test_V16_the_mother_s_invitation_is_answered_with_an_approved_text_only(world: World) -> None:
    template = await confirms(world, text="Alice will come.")
    owner = await world.owner()
    arrive(world.sandbox.mailbox(ALICE[0]), mail(MOTHER, "You're invited: my birthday", "On Sunday."))
    await mark_sender(owner, MOTHER, excepted=[MailKind.INVITATION])
    await world.grant("reply.template", "draft", needs_approval=NeedsApproval.FREE_TEXT)
    desk = await world.assistant()
    page = await list_messages(desk, Listing())
    party = next(each.id for each in page.messages if "birthday" in each.message.subject)
    with pytest.raises(NotFound):
        await draft.write_draft(desk, party, "My own words")
    seen = await reply_with_template(desk, party, template.row.id, {})
    assert "On Sunday" not in repr(seen.quoted)
    assert await goes(world, await in_an_hour(desk, seen)) == (SendState.SENT, "")
    assert effects(world.sandbox, "send")


async def test_a_grant_may_name_the_texts_it_covers(world: World) -> None:
    one, two = await confirms(world), await confirms(world, name="Decline", text="Alice cannot come.")
    await world.grant("reply.template", conditions=Conditions(templates=frozenset({one.row.id})))
    desk = await world.assistant()
    part = await part_of_templates(desk, size=10)
    assert [each.row.name for each in part.rows] == ["Confirm"]
    with pytest.raises(NotFound):
        await template_of(desk, two.row.id)
    with pytest.raises(NotFound):
        await reply_with_template(desk, await message_id(desk), two.row.id, {})
    assert effects(world.sandbox, "draft") == []
    both = await part_of_templates(await world.owner(), size=10)
    assert [each.row.name for each in both.rows] == ["Confirm", "Decline"]


async def test_texts_are_the_owner_s_and_are_not_shown_without_the_scope(world: World) -> None:
    template = await confirms(world)
    await world.grant("draft")
    desk = await world.assistant()
    for act in (
        part_of_templates(desk, size=10),
        template_of(desk, template.row.id),
        write_template(desk, name="Mine", language="en", text="Mine"),
        rewrite_template(desk, template.row.id, "Mine"),
        end_template(desk, template.row.id),
    ):
        with pytest.raises(Denied):
            await act
    assert (await template_of(await world.owner(), template.row.id)).text == CONFIRMS


async def test_one_that_has_ended_is_used_no_more_and_what_waits_is_asked_about(world: World) -> None:
    template = await confirms(world)
    await world.grant("reply.template", needs_approval=NeedsApproval.NEVER)
    owner, desk = await world.owner(), await world.assistant()
    seen = await reply_with_template(desk, await message_id(desk), template.row.id, VALUES)
    planned = await in_an_hour(desk, seen)
    await end_template(owner, template.row.id)
    await end_template(owner, template.row.id)  # pressed twice
    with pytest.raises(Conflict):
        await rewrite_template(owner, template.row.id, "Again")
    with pytest.raises(Conflict):
        await reply_with_template(desk, await message_id(desk), template.row.id, VALUES)
    state, reason = await goes(world, planned)
    assert (state, reason) == (SendState.HELD, "grant_gone")
    assert sends(world.sandbox) == 0


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 101}, {"text": " "}, {"text": "{{broken"}, {"name": "a\nb"}]
)
async def test_a_text_that_cannot_be_used_is_refused_when_it_is_written(world: World, wrong: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        await confirms(world, **wrong)
    assert (await part_of_templates(await world.owner(), size=10)).rows == []


async def test_the_words_stand_sealed_in_the_database(world: World) -> None:
    await confirms(world, text="The words of the owner")
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        (row,) = (await session.execute(select(TemplateVersion))).scalars()
    assert b"of the owner" not in row.words


async def test_an_approved_draft_keeps_to_its_template_and_an_adopted_edit_does_not(world: World) -> None:
    template = await confirms(world)
    await world.grant("reply.template", needs_approval=NeedsApproval.ALWAYS)
    owner, desk = await world.owner(), await world.assistant()
    seen = await reply_with_template(desk, await message_id(desk), template.row.id, VALUES)
    await approved(owner, seen)
    assert (await see_draft(owner, seen.row.id)).row.template_id == template.row.id
    edit_by_hand(world.sandbox, seen, b"Clara", b"Klara")
    await approved(owner, seen)
    assert (await see_draft(owner, seen.row.id)).row.template_id is None
