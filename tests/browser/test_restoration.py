"""On a phone, after a restore: Alice sees what came back, unticks what she has ended since, and says her word."""

from __future__ import annotations

import pytest

from app import clock
from app.actions.approve import approve
from app.actions.draft import see_draft
from app.actions.reconcile import reconcile_all
from app.actions.restored import note_restored
from app.db.cluster_server import ADMIN
from app.db.disbelief import disbelieve
from app.db.embedded import Cluster
from app.models.draft import ScheduledSend, SendState
from app.models.grant import GrantStatus
from app.models.person import Person
from tests.actions.situations import grant_now, in_an_hour, written
from tests.browser.conftest import Opener
from tests.browser.place import Couple
from tests.people import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE = {"viewport": {"width": 360, "height": 740}}


async def test_alice_unticks_an_access_she_has_ended_and_confirms_the_rest(
    couple: Couple, window: Opener, cluster: Cluster
) -> None:
    resources = couple.place.resources
    mailbox, given = await couple.granted()
    async with resources.db.transaction(mailbox=mailbox.id, person=mailbox.owner_id) as session:
        owner = await session.get_one(Person, mailbox.owner_id)
        assistant = await session.get_one(Person, given.assistant_id)
    alices, bobs = await desk_of(resources, owner, mailbox), await desk_of(resources, assistant, mailbox)
    seen = await written(bobs)
    planned = await in_an_hour(bobs, seen)
    await approve(alices, seen.row.id, sha256=(await see_draft(alices, seen.row.id)).sha256)
    async with resources.db.pool.connection() as connection:
        name = connection.info.dbname
    disbelieve(cluster.url(ADMIN, name), backup_at=clock.now(), now=clock.now())
    await note_restored(resources)
    await reconcile_all(resources)

    alice = await window(couple.alice, **PHONE)
    await alice.open(f"/owner/mailboxes/{mailbox.id}")
    await alice.says("This mailbox came back from a backup.")
    await alice.follow("Look and confirm")
    await alice.says("Who had access then", "Which replies have not left", "Terrace in March?")
    assert await alice.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = alice.page.get_by_role("checkbox").first
    await box.focus()
    await alice.page.keyboard.press("Space")
    assert not await box.is_checked()
    await alice.press("Everything is as it should be")
    await alice.says("Noted. What you ticked goes on")
    assert (await grant_now(resources, given)).status is GrantStatus.PAUSED
    assert couple.left() == []
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        assert (await session.get_one(ScheduledSend, (mailbox.id, planned.id))).state is SendState.PREPARED
