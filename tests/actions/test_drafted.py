"""Bob sees what Alice has made of his words, and nothing of his is kept longer than his draft."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from app.actions.desk import Desk
from app.actions.discard import discard_draft
from app.actions.draft import edit_draft, see_draft
from app.actions.drafted import changes_of
from app.errors import NotFound
from app.models.draft import SendState
from app.models.person import Person
from app.rules.difference import Change
from tests.actions.situations import REPLY, World, edit_by_hand, its_hour_comes, written
from tests.people import desk_of, make_grant

ALICES = REPLY.replace("March", "April")


async def seen_by(desk: Desk, draft_id: UUID) -> list[tuple[str, str]]:
    """Return what is shown of changes: those pieces alone that went or came."""
    seen = await see_draft(desk, draft_id)
    pieces = await changes_of(desk, seen.row, seen.draft.text)
    return [(each.change.value, each.text) for each in pieces if each.change is not Change.SAME]


async def drafted(world: World) -> list[bytes]:
    """Return what stands in the table."""
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        return list((await session.execute(text("select drafted from draft"))).scalars())


async def test_V35_bob_sees_what_alice_has_changed_until_he_writes_anew(world: World) -> None:
    await world.grant()
    owner, desk = await world.owner(), await world.assistant()
    seen = await written(desk)
    assert await seen_by(desk, seen.row.id) == []
    await edit_draft(owner, seen.row.id, ALICES)
    assert await seen_by(desk, seen.row.id) == [("gone", "March"), ("new", "April")]
    assert await seen_by(owner, seen.row.id) == [("gone", "March"), ("new", "April")]
    await edit_draft(desk, seen.row.id, f"{ALICES}\n\nWith boots.")
    assert await seen_by(desk, seen.row.id) == []


async def test_V35_what_was_changed_in_the_mailbox_itself_is_shown_too(world: World) -> None:
    await world.grant()
    desk = await world.assistant()
    seen = await written(desk)
    edit_by_hand(world.sandbox, seen, b"in March", b"in May")
    assert await seen_by(desk, seen.row.id) == [("gone", "March"), ("new", "May")]


async def test_what_alice_writes_herself_is_not_kept(world: World) -> None:
    owner = await world.owner()
    await edit_draft(owner, (await written(owner)).row.id, ALICES)
    assert await drafted(world) == [b""]


async def test_bobs_words_are_sealed_and_gone_with_the_draft(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    thrown = await written(ready.desk, "Something else", "Garden news")
    kept = await drafted(world)
    assert len(kept) == 2
    assert all(kept)
    assert b"March" not in b"".join(kept)
    await discard_draft(ready.desk, thrown.row.id)
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    assert await drafted(world) == [b"", b""]


async def test_a_colleague_sees_neither_bobs_draft_nor_what_became_of_it(world: World, charlie: Person) -> None:
    await world.grant()
    await make_grant(world.resources, world.mailbox, charlie)
    seen = await written(await world.assistant())
    await edit_draft(await world.owner(), seen.row.id, ALICES)
    with pytest.raises(NotFound):
        await seen_by(await desk_of(world.resources, charlie, world.mailbox), seen.row.id)
