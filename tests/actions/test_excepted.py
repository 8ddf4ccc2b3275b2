"""Private labels, and kinds of mail that are let through of a private sender."""

from __future__ import annotations

import pytest

from app.actions import draft, label, move
from app.actions.list_messages import list_messages
from app.actions.open_attachment import open_attachment
from app.actions.private import mark_sender
from app.actions.private_labels import mark_label, private_labels, unmark_label
from app.actions.read import read
from app.errors import BadRequest, Denied, NotFound
from app.models.conditions import MailKind
from app.providers.base import Listing
from app.sandbox.gmail.arriving import deliver as arrive
from tests.actions.situations import TERRACE, World, effects, message_id, subjects
from tests.people import ALICE, MOTHER, mail

INVITES = "You're invited: my birthday"
QUOTES = (
    "You are invited on Sunday.\n\nOn Monday, Alice <alice@practice.example> wrote:\n> The doctor says it is nothing.\n"
)


async def seen_by(world: World) -> list[str]:
    return subjects((await list_messages(await world.assistant(), Listing(size=10))).messages)


async def of_owner(world: World, subject: str) -> object:
    page = await list_messages(await world.owner(), Listing(size=50))
    return next(each.id for each in page.messages if each.message.subject == subject)


def mother_invites(world: World, *, answers: str = "") -> None:
    alices = world.sandbox.mailbox(ALICE[0])
    arrive(alices, mail(MOTHER, INVITES, QUOTES, message_id="<party@family.example>", answers=answers))


async def test_V16_the_mother_s_invitation_is_shown_and_nothing_else_of_hers(world: World) -> None:
    await world.grant("mail.read", "label", "draft", "trash", "attach.read")
    mother_invites(world)
    owner = await world.owner()
    await mark_sender(owner, MOTHER)
    assert INVITES not in await seen_by(world)
    rule = await mark_sender(owner, MOTHER, excepted=[MailKind.INVITATION])
    assert rule.excepted == ["invitation"]
    assert INVITES in await seen_by(world)
    assert "Sunday lunch" not in await seen_by(world)
    desk, party = await world.assistant(), await of_owner(world, INVITES)
    reading = await read(desk, party)
    assert reading.content.text == "You are invited on Sunday."
    assert "doctor" not in repr(reading)
    assert [each.message.subject for each in reading.thread] == [INVITES]
    assert (reading.content.html, reading.content.attachments) == ("", ())
    await label.label(owner, party, add=["Family things"])
    assert (await read(desk, party)).labels == []
    assert "Family things" not in repr(await list_messages(desk, Listing(size=10)))
    for act in (
        label.label(desk, party, add=["X"]),
        move.trash(desk, party),
        draft.write_draft(desk, party, "She comes."),
        open_attachment(desk, party, 0),
    ):
        with pytest.raises(NotFound):
            await act
    assert [effect.kind for effect in effects(world.sandbox)] == ["label"]  # the owner's own


async def test_V16_in_a_conversation_the_excepted_message_stands_alone(world: World) -> None:
    await world.grant("mail.read")
    owner = await world.owner()
    await mark_sender(owner, MOTHER, excepted=[MailKind.INVITATION])
    mother_invites(world)
    alices = world.sandbox.mailbox(ALICE[0])
    arrive(
        alices,
        mail(ALICE[0], f"Re: {INVITES}", "What did the doctor say?", answers="<party@family.example>", to=MOTHER),
    )
    assert await seen_by(world) == [INVITES, "Garden news", TERRACE]
    listed = await list_messages(await world.assistant(), Listing(size=10))
    assert "doctor" not in repr(listed)
    reading = await read(await world.assistant(), await of_owner(world, INVITES))
    assert len(reading.thread) == 1
    assert "doctor" not in repr(reading)


async def test_V16_what_opens_accounts_or_bears_a_private_label_is_not_let_through(world: World) -> None:
    await world.grant("mail.read")
    owner = await world.owner()
    await mark_sender(owner, MOTHER, excepted=list(MailKind))
    alices = world.sandbox.mailbox(ALICE[0])
    arrive(alices, mail(MOTHER, "You're invited! Verification code", "Your verification code is 123456"))
    mother_invites(world)
    await mark_label(owner, "Family")
    await label.label(owner, await of_owner(world, INVITES), add=["family"])
    assert await seen_by(world) == ["Garden news", TERRACE]


async def test_a_private_label_hides_its_conversations_at_once_and_stays_when_the_label_is_taken_off(
    world: World,
) -> None:
    await world.grant("mail.read", "label")
    owner, terrace = await world.owner(), await of_owner(world, TERRACE)
    await label.label(owner, terrace, add=["Divorce"])
    assert TERRACE in await seen_by(world)
    row = await mark_label(owner, " Divorce ")
    assert (await mark_label(owner, "Divorce")).id == row.id
    assert TERRACE not in await seen_by(world)
    desk = await world.assistant()
    with pytest.raises(NotFound):
        await read(desk, terrace)
    with pytest.raises(NotFound):
        await label.label(desk, terrace, remove=["Divorce"])
    alices = world.sandbox.mailbox(ALICE[0])
    arrive(alices, mail("c@customer.example", f"Re: {TERRACE}", "And?", answers="<march@customer.example>"))
    assert f"Re: {TERRACE}" not in await seen_by(world)
    await label.label(owner, terrace, remove=["Divorce"])
    assert TERRACE not in await seen_by(world)  # our table decides, the label only marks
    assert [each.label for each in await private_labels(owner)] == ["Divorce"]
    await unmark_label(owner, row.id)
    assert TERRACE in await seen_by(world)
    with pytest.raises(NotFound):
        await unmark_label(owner, row.id)


async def test_private_labels_are_the_owner_s_alone(world: World) -> None:
    await world.grant("mail.read", "label")
    desk = await world.assistant()
    with pytest.raises(Denied):
        await mark_label(desk, "Mine")
    with pytest.raises(Denied):
        await private_labels(desk)
    with pytest.raises(BadRequest):
        await mark_label(await world.owner(), "  ")
    assert await message_id(desk)


async def test_V16_a_code_in_the_words_of_an_appointment_is_not_let_through(world: World) -> None:
    await world.grant("mail.read")
    await mark_sender(await world.owner(), MOTHER, excepted=list(MailKind))
    alices = world.sandbox.mailbox(ALICE[0])
    arrive(alices, mail(MOTHER, "Votre rendez-vous", "Votre code de vérification est 482 913."))
    arrive(alices, mail(MOTHER, "Notre rendez-vous de mardi", "À mardi, dix heures."))
    assert await seen_by(world) == ["Notre rendez-vous de mardi", "Garden news", TERRACE]
