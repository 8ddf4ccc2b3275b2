"""A person's mailboxes at a glance, who is there, and how far a draft has come."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from app import clock
from app.access.identity import begin_login, signed_in
from app.access.scopes import Scope
from app.actions import approve, draft, invite, overview, people, schedule
from app.actions.accepted import accept_once, accepted_by
from app.actions.list_messages import list_messages
from app.actions.resources import Resources
from app.actions.send_now import send_now
from app.actions.standing import standing_of
from app.errors import BadRequest, NotFound
from app.models.draft import SendState
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.providers.base import Listing
from app.sandbox.sandbox import Sandbox
from tests.people import BOB, connected_mailbox, desk_of, make_grant


@pytest.fixture
async def granted(resources: Resources, mailbox: Mailbox, bob: Person) -> Grant:
    """Bob may read, draft and schedule."""
    return await make_grant(resources, mailbox, bob)


async def written(resources: Resources, person: Person, mailbox: Mailbox):
    """Have somebody answer the first message; return desk and draft."""
    desk = await desk_of(resources, person, mailbox)
    page = await list_messages(desk, Listing())
    return desk, await draft.write_draft(desk, page.messages[0].id, "Yes.")


async def test_own_and_assisted_mailboxes_are_kept_apart(
    *, resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, granted: Grant, sandbox: Sandbox
) -> None:
    sandbox.add_mailbox(BOB[0])
    own = await connected_mailbox(resources, bob)
    assert [box.id for box, _waiting in await overview.owned(resources, bob.id)] == [own.id]
    assert [(box.id, grant.id) for box, grant in await overview.assisted(resources, bob.id)] == [
        (mailbox.id, granted.id)
    ]
    assert await overview.assisted(resources, alice.id) == []


async def test_nobody_has_anything_where_nothing_was_given(
    resources: Resources, mailbox: Mailbox, charlie: Person
) -> None:
    assert await overview.owned(resources, charlie.id) == []
    assert await overview.assisted(resources, charlie.id) == []


async def test_what_waits_is_counted_by_who_has_to_move(
    resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, granted: Grant
) -> None:
    desk, seen = await written(resources, bob, mailbox)
    owner = await desk_of(resources, alice, mailbox)
    assert (await overview.waiting_at(owner)).approvals == 1
    wall = (clock.now() + timedelta(days=1)).replace(tzinfo=None)
    await schedule.schedule(desk, seen.row.id, wall_time=wall, zone="UTC")
    waiting = await overview.waiting_at(owner)
    assert (waiting.approvals, waiting.scheduled, waiting.stuck) == (1, 1, 0)
    await approve.approve(owner, seen.row.id, sha256=seen.sha256)
    assert (await overview.waiting_at(owner)).for_owner == 0


async def test_what_is_held_waits_for_the_owner(
    resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, granted: Grant
) -> None:
    desk, seen = await written(resources, bob, mailbox)
    held = await send_now(desk, seen.row.id)
    assert (held.state, held.reason) == (SendState.HELD, "approval_missing")
    waiting = await overview.waiting_at(await desk_of(resources, alice, mailbox))
    assert (waiting.stuck, waiting.scheduled) == (1, 0)


async def test_send_now_tells_how_it_ended(
    *, resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, granted: Grant, sandbox: Sandbox
) -> None:
    desk, seen = await written(resources, bob, mailbox)
    await approve.approve(await desk_of(resources, alice, mailbox), seen.row.id, sha256=seen.sha256)
    sent = await send_now(desk, seen.row.id)
    assert sent.state == SendState.SENT
    assert len(sandbox.left) == 1


async def test_an_owner_knows_her_assistants_an_assistant_knows_the_owner_alone(
    *, resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, charlie: Person, granted: Grant
) -> None:
    await make_grant(resources, mailbox, charlie)
    by_owner = await people.people_of(await desk_of(resources, alice, mailbox))
    assert set(by_owner) == {alice.id, bob.id, charlie.id}
    by_bob = await people.people_of(await desk_of(resources, bob, mailbox))
    assert set(by_bob) == {alice.id, bob.id}
    assert set(await people.owners_of(resources, [mailbox])) == {alice.id}


async def test_a_zone_is_ones_own_until_it_is_changed(resources: Resources, alice: Person) -> None:
    await people.note_zone(resources, alice, "America/Santiago")
    async with resources.db.transaction() as session:
        kept = await session.get_one(Person, alice.id)
    assert kept.zone == "America/Santiago"
    await people.note_zone(resources, kept, "Europe/Paris")  # she has named one
    async with resources.db.transaction() as session:
        assert (await session.get_one(Person, alice.id)).zone == "America/Santiago"
    for wrong in ("Middle/Earth", "", "/etc/localtime"):
        with pytest.raises(BadRequest):
            await people.set_own_zone(resources, alice.id, wrong)


async def test_logins_are_listed_and_ended(resources: Resources, alice: Person, bob: Person) -> None:
    async with resources.db.transaction() as session:
        first = await begin_login(session, alice, agent="one", now=clock.now())
        await begin_login(session, alice, agent="two", now=clock.now())
        bobs = await begin_login(session, bob, agent="three", now=clock.now())
        here = await signed_in(session, first, clock.now())
        his = await signed_in(session, bobs, clock.now())
    assert here
    assert his
    assert {login.agent for login in await people.own_logins(resources, here)} == {"one", "two"}
    (other,) = [login for login in await people.own_logins(resources, here) if login.agent == "two"]
    await people.sign_out(resources, here, other.id)
    await people.sign_out(resources, here, his.login.id)  # not hers to end
    assert [login.agent for login in await people.own_logins(resources, here)] == ["one"]
    assert [login.agent for login in await people.own_logins(resources, his)] == ["three"]
    await people.sign_out(resources, here)
    assert await people.own_logins(resources, here) == []


async def test_a_draft_stands_where_it_stands(
    resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, granted: Grant
) -> None:
    desk, seen = await written(resources, bob, mailbox)
    owner = await desk_of(resources, alice, mailbox)
    new = await standing_of(desk, seen.row)
    assert (new.approved, new.approved_at_any_hour, new.send) == (False, False, None)
    await approve.approve(owner, seen.row.id, sha256=seen.sha256)
    assert (await standing_of(desk, seen.row)).approved_at_any_hour
    wall = (clock.now() + timedelta(days=1)).replace(tzinfo=None)
    send = await schedule.schedule(desk, seen.row.id, wall_time=wall, zone="UTC")
    set_hour = await standing_of(desk, seen.row)
    assert set_hour.send
    assert set_hour.send.id == send.id
    await approve.approve(owner, seen.row.id, sha256=seen.sha256)
    bound = await standing_of(desk, seen.row)
    assert bound.approved
    assert not bound.approved_at_any_hour
    await schedule.cancel(desk, send.id)
    assert (await standing_of(desk, seen.row)).send is None


async def invited(resources: Resources, alice: Person, mailbox: Mailbox) -> str:
    """Return the token of an invitation."""
    desk = await desk_of(resources, alice, mailbox)
    until = clock.now() + timedelta(days=30)
    _invitation, token = await invite.invite(
        desk, scopes=[Scope.LIST], until=until, language="en", needs_approval=NeedsApproval.ALWAYS
    )
    return token


async def test_an_accepted_invitation_is_seen_by_who_accepted_it(
    resources: Resources, mailbox: Mailbox, alice: Person, bob: Person, charlie: Person
) -> None:
    token = await invited(resources, alice, mailbox)
    with pytest.raises(NotFound):
        await accepted_by(resources, token, bob.id)
    await accept_once(resources, bob.id, token)
    await accept_once(resources, bob.id, token)
    invitation, box, owner = await accepted_by(resources, token, bob.id)
    assert (invitation.accepted_by, box.id, owner.id) == (bob.id, mailbox.id, alice.id)
    for who, word in ((charlie.id, token), (bob.id, token + "x"), (bob.id, "i" + "A" * 75), (uuid4(), token)):
        with pytest.raises(NotFound):
            await accepted_by(resources, word, who)
    with pytest.raises(NotFound):
        await accept_once(resources, charlie.id, token)
