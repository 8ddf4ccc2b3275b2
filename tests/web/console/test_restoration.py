"""After a restore, in a browser and for programs: what came back, and the owner's word on it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.access.ceiling import Terms
from app.access.identity import FRESH
from app.actions import invite_team, name_members, team, team_link
from app.actions.grants import list_grants
from app.actions.named import Naming
from app.actions.reconcile import reconcile_all
from app.actions.restored import note_restored
from app.actions.seats import open_lead_desk
from app.db.cluster_server import ADMIN
from app.db.disbelief import disbelieve
from app.db.embedded import Cluster
from app.errors import Denied
from app.models.conditions import UNBOUND
from app.models.draft import SendState
from app.models.grant import GrantStatus, NeedsApproval
from app.models.person import Person
from tests.actions.situations import TERRACE, Ready, World, its_hour_comes, sends
from tests.web.api.calls import good, refused
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, opened, press
from tests.web.structure import read

YES = "Everything is as it should be"


@pytest.fixture
def comes_back(cluster: Cluster, database_url: str, world: World) -> Callable[[Browser, Person], Awaitable[Browser]]:
    """Have the database come back from a backup of this moment, after which somebody signs in anew."""
    url = cluster.url(ADMIN, str(conninfo_to_dict(database_url)["dbname"]))

    async def back(browser: Browser, person: Person) -> Browser:
        disbelieve(url, backup_at=clock.now(), now=clock.now())
        await note_restored(world.resources)
        assert (await browser.get("/owner")).status_code == 401  # every sign-in has ended
        return await browser.sign_in(person)

    return back


async def written(world: World) -> Ready:
    """Return a reply of Bob's that Alice has approved."""
    await world.grant()
    return await world.ready()


async def test_the_owner_is_led_from_her_mailbox_to_what_came_back_and_confirms_it(
    as_alice: Browser, world: World, comes_back
) -> None:
    ready = await written(world)
    await comes_back(as_alice, world.alice)
    at = f"/owner/mailboxes/{world.mailbox.id}"
    glance = await opened(as_alice, at)
    assert "came back from a backup" in text_of(glance)
    assert f'href="{at}/restoration"' in glance.text
    assert "came back from a backup" in text_of(await opened(as_alice, "/notices"))

    page = await opened(as_alice, f"{at}/restoration")
    assert "is looking which replies have left" in text_of(page)
    assert "http-equiv" in page.text
    assert YES not in buttons_of(page)

    await reconcile_all(world.resources)
    page = await opened(as_alice, f"{at}/restoration")
    assert "http-equiv" not in page.text
    assert TERRACE in text_of(page)
    assert "Bob Brun" in text_of(page)
    assert len(re.findall(r'type="checkbox"[^>]* checked', page.text)) == 2
    answer = await press(as_alice, page, YES)
    done = await as_alice.follow(answer)
    assert "What you ticked goes on" in text_of(done)
    assert "came back from a backup" not in text_of(done)
    assert "There is nothing to confirm" in text_of(await opened(as_alice, f"{at}/restoration"))
    its_hour_comes()
    assert (await ready.deliver()).state is SendState.SENT
    assert sends(world.sandbox) == 1


async def test_a_reply_whose_hour_is_past_is_not_ticked_and_says_that_it_leaves_at_once(
    as_alice: Browser, world: World, comes_back
) -> None:
    ready = await written(world)
    its_hour_comes()
    await comes_back(as_alice, world.alice)
    await reconcile_all(world.resources)
    page = await opened(as_alice, f"/owner/mailboxes/{world.mailbox.id}/restoration")
    assert "Ticked, it leaves at once." in text_of(page)
    await as_alice.follow(await press(as_alice, page, YES))
    assert ((await ready.now()).state, (await ready.now()).reason) == (SendState.HELD, "as_restored")
    held = await opened(as_alice, f"/owner/mailboxes/{world.mailbox.id}/scheduled")
    assert "It comes from a backup" in text_of(held)
    assert "Set its hour again" in text_of(held)


async def test_giving_back_asks_who_is_there(as_alice: Browser, world: World, comes_back) -> None:
    await comes_back(as_alice, world.alice)
    await reconcile_all(world.resources)
    page = await opened(as_alice, f"/owner/mailboxes/{world.mailbox.id}/restoration")
    clock.move(FRESH + timedelta(minutes=1))
    assert (await press(as_alice, page, YES)).status_code == 401


async def test_an_assistant_is_told_why_she_can_do_nothing_and_does_not_see_the_page(
    as_alice: Browser, as_bob: Browser, world: World, comes_back
) -> None:
    await written(world)
    await comes_back(as_alice, world.alice)
    await as_bob.sign_in(world.bob)
    page = await as_bob.get(f"/assistant/mailboxes/{world.mailbox.id}")
    assert TERRACE not in page.text
    assert "restored from a backup" in text_of(page)
    assert (await as_bob.get(f"/owner/mailboxes/{world.mailbox.id}/restoration")).status_code == 403


@pytest.mark.parametrize("lang", ["es", "fr", "en"])
async def test_the_page_is_whole_in_every_language(as_alice: Browser, world: World, comes_back, lang: str) -> None:
    await written(world)
    await comes_back(as_alice, world.alice)
    async with world.resources.db.transaction(person=world.alice.id) as session:
        (await session.get_one(Person, world.alice.id)).language = lang
    at = f"/owner/mailboxes/{world.mailbox.id}/restoration"
    for _ in range(2):
        answer = await as_alice.get(at)
        assert answer.status_code == 200
        page = read(answer.text)
        assert (page.lang, page.faults) == (lang, [])
        await reconcile_all(world.resources)


async def test_a_program_of_the_owners_own_session_reads_and_confirms_the_same(
    as_alice: Browser, as_charlie: Browser, world: World, charlie: Person, comes_back
) -> None:
    ready = await written(world)
    at = f"/mailboxes/{world.mailbox.id}/restoration"
    assert (await good(as_alice, "GET", at))["backup_at"] is None
    await comes_back(as_alice, world.alice)
    word = {"grants": [str(ready.send.grant_id)], "sends": [str(ready.send.id)]}
    assert (await good(as_alice, "GET", at))["matched"] is False
    assert await refused(as_alice, "PUT", f"{at}/confirmation", word) == (409, "conflict")
    await reconcile_all(world.resources)
    seen = await good(as_alice, "GET", at)
    assert (seen["matched"], seen["connected"], seen["grants"]) == (True, True, word["grants"])
    assert [(each["id"], each["late"]) for each in seen["sends"]] == [(str(ready.send.id), False)]
    assert (await refused(as_alice, "PUT", f"{at}/confirmation", {**word, "sends": [str(world.bob.id)]}))[0] == 404
    assert (await refused(as_alice, "PUT", f"{at}/confirmation", {"grants": []}))[0] == 422
    await as_charlie.sign_in(charlie)
    assert (await refused(as_charlie, "GET", at))[0] == 404
    assert (await refused(as_charlie, "PUT", f"{at}/confirmation", word))[0] == 404
    await good(as_alice, "PUT", f"{at}/confirmation", word)
    assert await refused(as_alice, "PUT", f"{at}/confirmation", word) == (409, "conflict")
    assert (await good(as_alice, "GET", f"/mailboxes/{world.mailbox.id}"))["state"] == "active"
    assert (await good(as_alice, "GET", at))["sends"] == []
    (given,) = await list_grants(await world.owner())
    assert given.status is GrantStatus.ACTIVE


async def test_a_team_that_came_back_is_named_with_the_way_to_its_end(
    as_alice: Browser, world: World, charlie: Person, comes_back
) -> None:
    until = clock.now() + timedelta(days=7)
    most = Terms(scopes=["label"], needs_approval=NeedsApproval.ALWAYS, conditions=UNBOUND, until=until)
    owner = await world.owner()
    offered, link = await invite_team.invite_team(owner, most, begin_after=None, language="en")
    await team_link.accept_team(world.resources, charlie.id, link, name="Green Desk")
    await team.confirm_team(owner, offered.id)
    await comes_back(as_alice, world.alice)
    at = f"/owner/mailboxes/{world.mailbox.id}"
    page = await opened(as_alice, f"{at}/restoration")
    assert "Green Desk" in text_of(page)
    assert f'href="{at}/teams/{offered.id}"' in page.text
    leading = await open_lead_desk(world.resources, charlie.id, offered.id, surface="test")
    with pytest.raises(Denied, match="restored from a backup"):
        await name_members.name_members(*leading, [Naming(name="Bob")], language="en")
    await team.end_team(owner, offered.id)
    assert "Green Desk" not in text_of(await opened(as_alice, f"{at}/restoration"))
