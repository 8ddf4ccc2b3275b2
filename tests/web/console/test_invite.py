"""An owner invites, an assistant accepts, the owner confirms: nobody gets in by less."""

from __future__ import annotations

import re

import httpx2
import pytest
from sqlmodel import col, select

from app import clock
from app.actions.mailboxes import mailboxes
from app.actions.people import set_own_zone
from app.actions.resources import Resources
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import ConsentRequest, Person
from tests.people import BOB
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, link_once, link_to, opened, press, pressed, submit
from tests.web.google import at_google


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The owner's page of Alice's mailbox."""
    return f"/owner/mailboxes/{mailbox.id}"


async def test_V1_V2_alice_ticks_bob_accepts_alice_confirms(
    as_alice: Browser, as_bob: Browser, bob: Person, at: str, resources: Resources
) -> None:
    overview = await opened(as_alice, at)
    assert "Nobody yet" in text_of(overview)
    form = await opened(as_alice, link_to(overview, "/invitations/new"))
    shown = await pressed(as_alice, form, "Make the invitation", scopes=["draft", "label"])
    link = link_once(shown)
    assert "write drafts" in text_of(shown)

    offer = await opened(as_bob, link)
    assert "Alice Amsel invites you" in text_of(offer)
    assert "write drafts" in text_of(offer)
    waiting = await pressed(as_bob, offer, "Accept as Bob Brun")
    assert "You have accepted" in text_of(waiting)
    assert await mailboxes(resources, bob.id) == []
    waits = text_of(await opened(as_bob, "/assistant"))
    assert "It waits for the owner's confirmation" in waits
    assert "Alice Amsel" in waits
    assert "You do not assist anywhere yet" not in waits

    overview = await opened(as_alice, at)
    assert "Bob Brun has accepted your invitation" in text_of(overview)
    asked = await opened(as_alice, link_to(overview, "/invitations/"))
    assert "Is Bob Brun the person you mean?" in text_of(asked)
    assert BOB[0] in text_of(asked)
    granted = await pressed(as_alice, asked, "Yes, give access")
    assert "Confirmed" in text_of(granted)
    assert len(await mailboxes(resources, bob.id)) == 1
    assert "You have access" in text_of(await opened(as_bob, link))
    assists = text_of(await opened(as_bob, "/assistant"))
    assert "Alice Amsel" in assists
    assert "waits for the owner's confirmation" not in assists


async def test_the_link_is_shown_once(as_alice: Browser, at: str) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    answer = await press(as_alice, form, "Make the invitation")
    page = answer.headers["location"]
    link = link_once(await opened(as_alice, page))
    again = await opened(as_alice, page)
    assert link not in again.text
    assert "shown once" in text_of(again)


async def test_a_link_made_elsewhere_is_not_shown_beside_another_invitation(as_alice: Browser, at: str) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    first = (await press(as_alice, form, "Make the invitation")).headers["location"]
    await press(as_alice, form, "Make the invitation")
    assert "/invitations/i" not in text_of(await opened(as_alice, first))
    assert "shown once" in text_of(await opened(as_alice, first))


async def test_the_link_stands_nowhere_in_the_database(
    as_alice: Browser, stranger: Browser, at: str, resources: Resources, provider_client: httpx2.AsyncClient
) -> None:
    """Threat 32: not in the invitation, and not in the sign-in it leads through."""
    form = await opened(as_alice, f"{at}/invitations/new")
    link = link_once(await pressed(as_alice, form, "Make the invitation"))
    away = await press(stranger, await opened(stranger, link), "Sign in with Google")
    secret = link[-32:]
    async with resources.db.transaction() as session:
        signing_in = select(ConsentRequest).where(col(ConsentRequest.purpose) == "sign_in")
        (request,) = (await session.execute(signing_in)).scalars()
    assert secret not in request.model_dump_json(exclude={"state_sha256", "browser_sha256", "held"})
    back = await stranger.get(await at_google(provider_client, away.headers["location"], BOB[0]))
    assert back.headers["location"] == link
    assert "Accept as Bob Brun" in buttons_of(await opened(stranger, link))


async def test_alice_refuses_whoever_is_not_meant(
    as_alice: Browser, as_charlie: Browser, charlie: Person, at: str, resources: Resources
) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    link = link_once(await pressed(as_alice, form, "Make the invitation"))
    await pressed(as_charlie, await opened(as_charlie, link), "Accept as Charlie Chat")
    asked = await opened(as_alice, link_to(await opened(as_alice, at), "/invitations/"))
    after = await pressed(as_alice, asked, "No, refuse")
    assert "Refused" in text_of(after)
    assert "This invitation is over" in text_of(await opened(as_charlie, link))
    assert "You do not assist anywhere yet" in text_of(await opened(as_charlie, "/assistant"))
    assert await mailboxes(resources, charlie.id) == []


async def test_alice_withdraws_what_nobody_has_used(as_alice: Browser, as_bob: Browser, at: str) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    link = link_once(await pressed(as_alice, form, "Make the invitation"))
    overview = await opened(as_alice, at)
    assert "An invitation that nobody has used yet" in text_of(overview)
    after = await pressed(as_alice, overview, "Withdraw")
    assert "its link no longer works" in text_of(after)
    assert (await as_bob.get(link)).status_code == 404


@pytest.mark.parametrize("invented", ["i", "p", "x" * 76, "i" + "A" * 75, "i" + "A" * 43, "%2e%2e", "i" + "=" * 75])
async def test_an_invented_link_leads_nowhere(stranger: Browser, invented: str) -> None:
    answer = await stranger.get(f"/invitations/{invented}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


async def test_a_link_with_another_secret_leads_nowhere(as_alice: Browser, as_bob: Browser, at: str) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    link = link_once(await pressed(as_alice, form, "Make the invitation"))
    other = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert (await as_bob.get(other)).status_code == 404
    assert (await as_bob.post(f"{other}/acceptance")).status_code == 404


@pytest.mark.parametrize(
    ("level", "ticked", "approval"),
    [
        ("diary", {"mail.list", "mail.read", "reply.template"}, "always"),
        ("trainee", {"mail.list", "mail.read", "label", "draft"}, "always"),
        ("full", None, "never"),
    ],
)
async def test_a_level_only_fills_in_the_form(
    as_alice: Browser, at: str, level: str, ticked: set[str] | None, approval: str
) -> None:
    page = await opened(as_alice, f"{at}/invitations/new", level=level)
    offered = set(re.findall(r'name="scopes" value="([^"]+)"', page.text))
    checked = set(re.findall(r'name="scopes" value="([^"]+)" checked', page.text))
    assert checked == (offered if ticked is None else ticked)
    assert re.findall(r'name="needs_approval" value="(\w+)" checked', page.text) == [approval]
    assert "permanent" not in offered


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scopes": []}, "Choose at least one"),
        ({"until": "2020-01-01"}, "end date within the next year"),
        ({"until": "2036-01-01"}, "end date within the next year"),
        ({"scopes": ["compose.new"]}, "Choose at least one"),
        ({"scopes": ["everything"]}, "not known here"),
    ],
)
async def test_what_cannot_be_offered_comes_back_with_a_sentence_and_the_ticks(
    as_alice: Browser, at: str, changes: dict[str, object], said: str
) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    answer = await press(as_alice, form, "Make the invitation", **changes)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert "Make the invitation" in buttons_of(answer)


async def test_the_end_date_is_meant_with_its_day_where_the_owner_lives(
    as_alice: Browser, at: str, resources: Resources
) -> None:
    await as_alice.post(f"{at}/zone", zone="America/Santiago")
    form = await opened(as_alice, f"{at}/invitations/new")
    shown = await pressed(as_alice, form, "Make the invitation", until="2027-01-15")
    assert "January 15, 2027" in text_of(shown) or "15 January 2027" in text_of(shown)


async def test_the_owner_cannot_help_herself(as_alice: Browser, at: str) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    link = link_once(await pressed(as_alice, form, "Make the invitation"))
    page = await opened(as_alice, link)
    assert "This is your own invitation" in text_of(page)
    assert not [button for button in buttons_of(page) if button.startswith("Accept")]


async def test_V4_an_access_is_ended_after_one_more_question(
    as_alice: Browser, as_bob: Browser, at: str, granted: Grant, mailbox: Mailbox
) -> None:
    page = await opened(as_alice, f"{at}/grants/{granted.id}")
    asked = await opened(as_alice, link_to(page, f"/grants/{granted.id}/end"))
    assert "End this access now?" in text_of(asked)
    after = await pressed(as_alice, asked, "Yes, end it")
    assert "The access has ended" in text_of(after)
    assert "Pause" not in buttons_of(after)
    assert (await as_bob.get(f"/assistant/mailboxes/{mailbox.id}")).status_code == 404
    assert "You do not assist anywhere yet" in text_of(await opened(as_bob, "/assistant"))


async def test_an_access_is_paused_and_resumed(
    as_alice: Browser, as_bob: Browser, at: str, granted: Grant, mailbox: Mailbox
) -> None:
    paused = await pressed(as_alice, await opened(as_alice, f"{at}/grants/{granted.id}"), "Pause")
    assert "Paused" in text_of(paused)
    shut = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}")
    assert "The owner has paused" in text_of(shut)
    assert "Terrace" not in text_of(shut)
    await pressed(as_alice, paused, "Resume")
    assert "Terrace" in text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"))


async def test_an_access_that_has_reached_its_end_says_so_to_both(
    *, as_alice: Browser, as_bob: Browser, alice: Person, bob: Person, at: str, granted: Grant, mailbox: Mailbox
) -> None:
    clock.move(granted.expires_at - clock.now())
    for browser, person in ((as_alice, alice), (as_bob, bob)):
        await browser.sign_in(person)
    assert "Expired" in text_of(await opened(as_alice, f"{at}/grants/{granted.id}"))
    shut = await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}")
    assert "reached its end date" in text_of(shut)
    assert "Terrace" not in text_of(shut)


async def test_an_access_is_narrowed(as_alice: Browser, at: str, granted: Grant) -> None:
    page = await opened(as_alice, f"{at}/grants/{granted.id}")
    after = await pressed(as_alice, page, "Change the access", scopes=["mail.list"])
    assert "The access is changed" in text_of(after)
    assert re.findall(r'name="scopes" value="([^"]+)"', after.text) == ["mail.list"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"scopes": []}, "Nothing would be left"), ({"scopes": ["reply.free"]}, "more than was agreed"),
     ({"until": "2027-12-31"}, "more than was agreed"), ({"needs_approval": "never"}, "more than was agreed")],
)  # fmt: skip
async def test_nothing_on_that_page_gives_more(
    as_alice: Browser, at: str, granted: Grant, changes: dict[str, object], said: str
) -> None:
    page = await opened(as_alice, f"{at}/grants/{granted.id}")
    answer = await press(as_alice, page, "Change the access", **changes)
    assert answer.status_code == 400
    assert said in text_of(answer)


async def test_what_was_agreed_stands_there_word_for_word_in_the_language_it_was_read_in(
    as_alice: Browser, as_bob: Browser, at: str
) -> None:
    form = await opened(as_alice, f"{at}/invitations/new", lang="es")
    answer = await submit(as_alice, form, "/invitations", scopes=["label"])
    link = link_once(await opened(as_alice, answer.headers["location"]))
    offer = await opened(as_bob, link, lang="en")
    await pressed(as_bob, offer, "Accept as Bob Brun")
    asked = await opened(as_alice, link_to(await opened(as_alice, at, lang="en"), "/invitations/"))
    grant = await pressed(as_alice, asked, "Yes, give access")
    assert '<blockquote lang="es">' in grant.text
    assert '<blockquote lang="en">' in grant.text


async def test_both_read_the_same_last_day_wherever_they_live(
    *, as_alice: Browser, as_bob: Browser, at: str, bob: Person, resources: Resources
) -> None:
    """In the evening of Santiago it is the next day already in Paris."""
    await as_alice.post(f"{at}/zone", zone="America/Santiago")
    await set_own_zone(resources, bob.id, "Europe/Paris")
    form = await opened(as_alice, f"{at}/invitations/new")
    shown = await pressed(as_alice, form, "Make the invitation", until="2026-12-31")
    assert "Until 31 December 2026" in text_of(shown)
    link = link_once(shown)
    assert "Until 31 December 2026" in text_of(await opened(as_bob, link))
    await pressed(as_bob, await opened(as_bob, link), "Accept as Bob Brun")
    asked = await opened(as_alice, link_to(await opened(as_alice, at), "/invitations/"))
    await pressed(as_alice, asked, "Yes, give access")
    for browser, path in ((as_bob, "/assistant"), (as_alice, at), (as_alice, "/owner/assistants")):
        assert "until 31 December 2026" in text_of(await opened(browser, path))
