"""An erasure against everything else that goes on at that very moment: whoever is first, she is gone at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from app import clock
from app.access.identity import begin_login
from app.actions import accept, approve, grants, invite, schedule
from app.actions.disconnect import disconnect
from app.actions.draft import see_draft
from app.actions.erase import OPERATOR, PERSON, erase, erasure_of, id_for
from app.actions.erasing import go_on
from app.actions.export import export
from app.actions.label import label
from app.actions.private import mark_sender
from app.db.embedded import Cluster
from app.errors import AppError
from app.jobs.sweeps import go_on_with_all
from app.locale.catalogues import language
from app.models.erasure import ErasureState
from app.models.grant import NeedsApproval
from tests.actions.situations import its_hour_comes, lease_is_over, message_id, sends, written
from tests.erasing.conftest import WEEK, Lives
from tests.erasing.remains import holding, of_mailbox, rows
from tests.erasing.test_erase import HERS
from tests.people import MOTHER, connected_mailbox, desk_of, make_person

Act = Callable[[Lives], Awaitable[object]]
SENDER = "post@notary.example"


async def a_worker_delivers(lives: Lives) -> object:
    its_hour_comes()
    return await lives.ready.deliver()


async def bob_labels(lives: Lives) -> object:
    desk = await lives.world.assistant()
    return await label(desk, await message_id(desk), add=["Later"])


async def bob_writes(lives: Lives) -> object:
    return await written(await lives.world.assistant())


async def bob_cancels(lives: Lives) -> object:
    return await schedule.cancel(await lives.world.assistant(), lives.ready.send.id)


async def she_approves(lives: Lives) -> object:
    owner = await lives.world.owner()
    shown = await see_draft(owner, lives.ready.seen.row.id)
    return await approve.approve(owner, lives.ready.seen.row.id, sha256=shown.sha256)


async def she_marks_a_sender(lives: Lives) -> object:
    return await mark_sender(await lives.world.owner(), SENDER)


async def she_revokes(lives: Lives) -> object:
    return await grants.revoke(await lives.world.owner(), lives.grant.id)


async def she_disconnects(lives: Lives) -> object:
    return await disconnect(await lives.world.owner())


async def she_invites(lives: Lives) -> object:
    terms = {"until": clock.now() + WEEK, "language": "en", "needs_approval": NeedsApproval.ALWAYS}
    return await invite.invite(await lives.world.owner(), scopes=["label"], **terms)  # type: ignore[arg-type]


async def somebody_accepts(lives: Lives) -> object:
    offer, token = await she_invites(lives)  # type: ignore[misc]
    guest = await make_person(lives.resources, f"{uuid4().hex}@guests.example", "Guest")
    del offer
    return await accept.accept(lives.resources, guest.id, token)


async def she_takes_a_copy(lives: Lives) -> object:
    chunks = await export(lives.resources, lives.world.alice, language("en"), surface="test")
    return [chunk async for chunk in chunks]


async def she_connects_it_again(lives: Lives) -> object:
    return await connected_mailbox(lives.resources, lives.world.alice)


async def she_signs_in_elsewhere(lives: Lives) -> object:
    async with lives.resources.db.transaction() as session:
        return await begin_login(session, lives.world.alice, agent="another browser", now=clock.now())


ACTS: list[Act] = [
    a_worker_delivers, bob_labels, bob_writes, bob_cancels, she_approves, she_marks_a_sender, she_revokes,
    she_disconnects, she_invites, somebody_accepts, she_takes_a_copy, she_connects_it_again, she_signs_in_elsewhere,
]  # fmt: skip


async def at_once(*acts: Awaitable[object]) -> list[BaseException]:
    """Do everything at once; return what went wrong, of which none is a lock that never opens."""
    async with asyncio.timeout(60):
        done = await asyncio.gather(*acts, return_exceptions=True)
    return [each for each in done if isinstance(each, BaseException)]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
async def test_T35_whatever_goes_on_at_that_moment_she_is_gone_at_the_end(
    lives: Lives, cluster: Cluster, database_url: str, act: Act
) -> None:
    alice = lives.world.alice.id
    wrong = await at_once(act(lives), erase(lives.resources, alice, asked_by=PERSON), act(lives))
    assert not [each for each in wrong if isinstance(each, TimeoutError)]
    lease_is_over()
    await go_on_with_all(lives.resources)
    await go_on_with_all(lives.resources)
    row = await erasure_of(lives.resources, id_for(alice))
    assert row.state is ErasureState.DONE
    after = list(rows(cluster, database_url))
    assert holding(after, HERS | {"new sender": SENDER}) == {}
    left = {table for table, _row in of_mailbox(after, lives.world.mailbox.id)}
    assert left <= {"audit_entry", "audit_head", "agreement", "denial_count", "grants", "mailbox"}
    assert sends(lives.world.sandbox) <= 1


async def test_ten_presses_and_three_workers_do_each_thing_once(lives: Lives) -> None:
    alice = lives.world.alice.id
    presses = [erase(lives.resources, alice, asked_by=by) for by in (PERSON, OPERATOR) * 5]
    wrong = await at_once(*presses, *(go_on_with_all(lives.resources) for _ in range(3)))
    assert wrong == []
    row = await go_on(lives.resources, id_for(alice))
    assert row.state is ErasureState.DONE
    destroyed = row.account["destroyed"]
    assert (destroyed["draft"], destroyed["message"], destroyed["sender_rule"], destroyed["login"]) == (1, 5, 1, 1)
    ends = [call for call in lives.world.sandbox.ledger.entries if call.path == "/google/revoke"]
    assert len(ends) == 1


async def test_an_owner_and_her_assistant_are_erased_at_once(lives: Lives, cluster: Cluster, database_url: str) -> None:
    people = (lives.world.alice, lives.world.bob, lives.charlie)
    wrong = await at_once(*(erase(lives.resources, person.id, asked_by=PERSON) for person in people))
    assert not [each for each in wrong if not isinstance(each, AppError)]
    lease_is_over()
    await go_on_with_all(lives.resources)
    after = list(rows(cluster, database_url))
    words = {
        f"{person.name} {what}": getattr(person, what) for person in people for what in ("name", "email", "subject")
    }
    assert holding(after, words | {"mother": MOTHER}) == {}
    assert {row["state"] for table, row in after if table == "erasure"} == {"done"}


async def test_the_others_work_on_while_she_is_erased(lives: Lives) -> None:
    """Charlie's mailbox has no lock in common with hers."""
    desk = await desk_of(lives.resources, lives.world.bob, lives.charlies)
    message = await message_id(desk)
    labels = [label(desk, message, add=[f"Number {number}"]) for number in range(5)]
    assert await at_once(erase(lives.resources, lives.world.alice.id, asked_by=PERSON), *labels) == []
    assert await erasure_of(lives.resources, id_for(lives.world.alice.id))
