"""Alice's mailbox is at Microsoft, which takes no consent back: what can be destroyed here is, and the rest is said."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from app import clock
from app.actions import invite
from app.actions.audit import first_bad
from app.actions.erase import PERSON, erase
from app.actions.erasing import go_on, still_on_its_way
from app.actions.private import mark_sender
from app.actions.receipt import check_receipt, receipt_of
from app.db.embedded import Cluster
from app.errors import NotFound
from app.models.draft import SendState
from app.models.erasure import ErasureState
from app.models.grant import NeedsApproval
from app.models.person import Person
from app.sandbox.faults import Kind
from tests.actions.outlook import SEND, box_of, late_post, outlook_world
from tests.actions.situations import Ready, World, fails, its_hour_comes, lease_is_over, sends
from tests.erasing.conftest import INVITED, WEEK, with_outlet
from tests.erasing.remains import holding, of_mailbox, opens_anything, rows, sealed
from tests.people import ALICE, MOTHER


@dataclass(frozen=True)
class AtMicrosoft:
    """Alice's world there, and a reply of Bob's that waits for its hour."""

    world: World
    ready: Ready


@pytest.fixture
async def there(resources, sandbox, alice: Person, bob: Person) -> AtMicrosoft:  # type: ignore[no-untyped-def]
    world = await outlook_world(with_outlet(resources), sandbox, alice, bob)
    await world.grant()
    owner = await world.owner()
    await mark_sender(owner, MOTHER)
    terms = {"until": clock.now() + WEEK, "language": "en", "needs_approval": NeedsApproval.ALWAYS}
    await invite.invite(owner, scopes=["label"], mail_to=INVITED, **terms)  # type: ignore[arg-type]
    return AtMicrosoft(world, await world.ready())


async def test_T35_nothing_of_hers_is_left_here_and_it_is_said_that_the_consent_stands_there(
    there: AtMicrosoft, cluster: Cluster, database_url: str
) -> None:
    world = there.world
    before = list(rows(cluster, database_url))
    hers = {"address": ALICE[0], "name": ALICE[1], "account": world.mailbox.provider_subject, "mother": MOTHER}
    assert set(holding(before, hers)) == set(hers)
    theirs = sealed(of_mailbox(before, world.mailbox.id))
    row = await erase(world.resources, world.alice.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE
    after = list(rows(cluster, database_url))
    assert holding(after, hers) == {}
    assert not theirs & sealed(after)
    assert not opens_anything(world.resources, after, world.mailbox.id)
    said = row.account["mailboxes"][str(world.mailbox.id)]
    assert (said["provider"], said["consent_ended"]) == ("graph", False)
    checks = await check_receipt(world.resources, receipt_of(world.resources, row))
    assert [each.told for each in checks if not each.good] == []
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        assert await first_bad(session, world.mailbox.id) is None


async def test_her_mail_and_her_drafts_stay_in_her_mailbox(there: AtMicrosoft) -> None:
    items = set(box_of(there.world).items)
    await erase(there.world.resources, there.world.alice.id, asked_by=PERSON)
    assert set(box_of(there.world).items) == items
    its_hour_comes()
    with pytest.raises(NotFound):
        await there.ready.deliver()
    assert sends(there.world.sandbox) == 0


async def test_a_worker_that_slept_since_its_lease_ran_out_finds_nothing_to_send(there: AtMicrosoft) -> None:
    """Its token is good for an hour, whatever has become of the consent here."""
    its_hour_comes()
    fails(there.world.sandbox, Kind.BEFORE, SEND)
    assert (await there.ready.deliver()).state is SendState.INTENT
    lease_is_over()
    token = there.world.resources.tokens.by_mailbox[there.world.mailbox.id]
    row = await erase(there.world.resources, there.world.alice.id, asked_by=PERSON)
    assert row.state is ErasureState.DONE
    there.world.resources.tokens.by_mailbox[there.world.mailbox.id] = token
    # What was thrown away there has nobody to go to.
    assert (await late_post(there.world, there.ready.seen.draft.id)).status_code in (400, 404)
    assert sends(there.world.sandbox) == 0


async def test_a_reply_on_its_way_is_waited_for_there_too(there: AtMicrosoft) -> None:
    its_hour_comes()
    fails(there.world.sandbox, Kind.AFTER_EFFECT, SEND)
    send = await there.ready.deliver()
    row = await erase(there.world.resources, there.world.alice.id, asked_by=PERSON)
    assert (row.state, await still_on_its_way(there.world.resources, row)) == (ErasureState.BEGUN, (send.id,))
    lease_is_over()
    row = await go_on(there.world.resources, row.id)
    assert row.state is ErasureState.DONE
    assert row.account["mailboxes"][str(there.world.mailbox.id)]["nobody_knows"] == [str(send.id)]
    assert sends(there.world.sandbox) == 1
