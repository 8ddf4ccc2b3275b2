"""The pages on which Alice and Bob say when they work, and what Bob is asked when he writes at night."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from app import clock
from app.actions.hours import own_hours
from app.actions.resources import Resources
from app.models.calendar import Calendar, DaysOff
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.rules.placing import Concerned
from app.sandbox.sandbox import Sandbox
from app.web.console.hours import Preset, preset_moments
from app.web.console.week import WORKING_DAYS
from tests.actions.situations import sends
from tests.moments import it_is
from tests.people import ALICE, CLIENT, mail
from tests.web.browser import Browser, text_of
from tests.web.console.story import buttons_of, opened, press, pressed

DAY_OFF = "2026-12-24 to 2027-01-02"


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The owner's page of Alice's hours."""
    return f"/owner/mailboxes/{mailbox.id}/hours"


@pytest.fixture
async def path(as_bob: Browser, granted: Grant, mailbox: Mailbox) -> str:
    """The page of a draft of Bob's."""
    api = f"/mailboxes/{mailbox.id}"
    messages = (await as_bob.api("GET", f"{api}/messages")).json()["messages"]
    (client,) = [each["id"] for each in messages if each["authors"][0]["email"] == CLIENT]
    made = await as_bob.api("POST", f"{api}/drafts", {"message_id": client, "text": "Yes, in March."})
    return f"/assistant{api}/drafts/{made.json()['id']}"


async def kept(browser: Browser, mailbox: Mailbox) -> list[dict[str, object]]:
    """Return the hours that the API tells."""
    return list((await browser.api("GET", f"/mailboxes/{mailbox.id}/hours")).json()["hours"])


@pytest.mark.parametrize(
    ("country", "region"), [("ES", "ES/CT"), ("", "ES/CT"), ("es", "ct")], ids=["chosen", "the region alone", "typed"]
)
async def test_a_region_is_chosen_by_its_name_and_kept_by_its_code(
    as_alice: Browser, at: str, mailbox: Mailbox, country: str, region: str
) -> None:
    page = await opened(as_alice, at)
    assert '<option value="ES/CT">Cataluña (CT)</option>' in page.text
    page = await pressed(as_alice, page, "Save the hours", hours="week", country=country, region=region)
    assert '<option value="ES/CT" selected>Cataluña (CT)</option>' in page.text
    (row,) = await kept(as_alice, mailbox)
    calendar = row["calendar"]
    assert isinstance(calendar, dict)
    assert (calendar["country"], calendar["region"]) == ("ES", "CT")


@pytest.mark.parametrize("region", ["ES/XX", "XX/CT", "<b>/</b>", "/CT", "FR/ES/CT"])
async def test_a_region_that_is_none_comes_back_with_a_sentence(as_alice: Browser, at: str, region: str) -> None:
    answer = await press(as_alice, await opened(as_alice, at), "Save the hours", hours="week", region=region)
    assert (answer.status_code, "has no region" in text_of(answer) or "not known here" in text_of(answer)) == (
        400,
        True,
    )


async def test_V10_alice_sets_the_hours_of_her_business_and_finds_them_again(
    as_alice: Browser, at: str, mailbox: Mailbox
) -> None:
    page = await opened(as_alice, at)
    fields = {"hours": "week", "zone": "America/Santiago", "country": "CL", "days_off": DAY_OFF, "may_hurry": "yes"}
    page = await pressed(as_alice, page, "Save the hours", **fields)
    assert "2026-12-24 – 2027-01-02" in page.text
    assert 'value="CL" selected' in page.text
    (row,) = await kept(as_alice, mailbox)
    calendar = row["calendar"]
    assert isinstance(calendar, dict)
    assert (row["may_hurry"], calendar["country"], len(calendar["spans"])) == (True, "CL", 5)
    assert calendar["days_off"] == [{"first": "2026-12-24", "last": "2027-01-02"}]
    page = await pressed(as_alice, page, "Save the hours", hours="any")
    assert await kept(as_alice, mailbox) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"region": "CT", "country": "FR"}, "FR has no region CT."),
        ({"days_off": "Christmas"}, "“Christmas” is no day off."),
        ({"days_off": "2026-02-30"}, "“2026-02-30” is no day off."),
        ({"days_off": "2027-01-02 to 2026-12-24"}, "is no day off."),
        ({"hours": "own"}, "Give at least one day its hours."),
    ],
)
async def test_what_cannot_be_meant_stands_beside_its_field_and_stays(
    *, as_alice: Browser, at: str, mailbox: Mailbox, wrong: dict[str, str], said: str
) -> None:
    page = await press(as_alice, await opened(as_alice, at), "Save the hours", **{"hours": "week"} | wrong)
    assert page.status_code == 400
    assert said in text_of(page)
    assert all(value in page.text for value in wrong.values())
    assert await kept(as_alice, mailbox) == []


async def test_V9_a_client_has_hours_of_their_own_until_alice_removes_them(
    as_alice: Browser, at: str, mailbox: Mailbox
) -> None:
    page = await opened(as_alice, f"{at}/client")
    page = await press(as_alice, page, "Save the hours", sender="nobody", hours="week")
    assert page.status_code == 400
    page = await pressed(as_alice, page, "Save the hours", sender=CLIENT.upper())
    assert CLIENT in text_of(page)
    assert [row["sender"] for row in await kept(as_alice, mailbox)] == [CLIENT]
    page = await pressed(as_alice, page, "Remove")
    assert "No client has hours of their own." in text_of(page)


async def test_H1_bob_says_when_he_works_wherever_he_assists(
    as_bob: Browser, bob: Person, resources: Resources
) -> None:
    page = await opened(as_bob, "/assistant/hours")
    await pressed(as_bob, page, "Save the hours", hours="week", zone="Europe/Paris", country="FR")
    row = await own_hours(resources, bob.id)
    assert row is not None
    assert (row.calendar.zone, row.calendar.country) == ("Europe/Paris", "FR")
    assert (await as_bob.api("GET", "/person/hours")).json()["calendar"]["country"] == "FR"
    await pressed(as_bob, await opened(as_bob, "/assistant/hours"), "Save the hours", hours="any")
    assert await own_hours(resources, bob.id) is None


async def test_H2_at_night_bob_is_asked_first_and_what_he_chooses_leaves_in_the_morning(
    *,
    as_alice: Browser,
    as_bob: Browser,
    at: str,
    path: str,
    mailbox: Mailbox,
    sandbox: Sandbox,
    alice: Person,
    bob: Person,
) -> None:
    it_is("mon 22:40", "UTC")
    await as_alice.sign_in(alice)
    await as_bob.sign_in(bob)
    await as_alice.post(at, hours="week", zone="UTC")
    page = await opened(as_bob, path)
    assert "Is this an emergency?" in text_of(page)
    assert "Send now" not in " ".join(buttons_of(page))
    (soon,) = [button for button in buttons_of(page) if button.startswith("As soon as all concerned work")]
    await pressed(as_bob, page, soon)
    (send,) = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    assert (send["wall_time"][11:], send["emergency"]) == ("09:00:00", False)
    assert sends(sandbox) == 0


async def test_H9_an_emergency_is_told_with_its_reason_where_alice_lets_it(
    *, as_alice: Browser, as_bob: Browser, at: str, path: str, mailbox: Mailbox, alice: Person, bob: Person
) -> None:
    it_is("sat 12:00", "UTC")
    await as_alice.sign_in(alice)
    await as_bob.sign_in(bob)
    await as_alice.post(at, hours="week", zone="UTC", may_hurry="yes")
    page = await opened(as_bob, path)
    page = await press(as_bob, page, "Send now, out of hours", because=" ")
    assert "why it cannot wait" in text_of(page)
    await pressed(as_bob, page, "Send now, out of hours", because="The flight is at six.")
    (send,) = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    assert (send["emergency"], send["reason"]) == (True, "approval_missing")


async def test_an_hour_by_name_is_the_first_at_which_all_work(
    *, as_alice: Browser, as_bob: Browser, at: str, path: str, mailbox: Mailbox, alice: Person, bob: Person
) -> None:
    it_is("fri 10:00", "UTC")
    await as_alice.sign_in(alice)
    await as_bob.sign_in(bob)
    tomorrow = (clock.now() + timedelta(days=3)).date()  # Monday
    await as_alice.post(at, hours="week", zone="UTC", days_off=tomorrow.isoformat())
    await as_bob.post(f"{path}/hour", preset="tomorrow")
    (send,) = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    day = date.fromisoformat(send["wall_time"][:10])
    assert (day.weekday(), time.fromisoformat(send["wall_time"][11:])) == (1, time(9))


@pytest.mark.usefixtures("sandbox")
def test_a_monday_on_which_nobody_works_is_no_next_monday() -> None:
    it_is("fri 10:00", "UTC")
    monday = (clock.now() + timedelta(days=3)).date()
    calendar = Calendar(zone="UTC", spans=WORKING_DAYS, days_off=(DaysOff(first=monday, last=monday),))
    found = preset_moments("UTC", Concerned(calendars=(calendar,)))
    assert [(preset, moment.weekday()) for preset, moment in found.items()] == [(Preset.WORKING_DAY, 1)]
    clock.move(timedelta(hours=8))
    assert list(preset_moments("UTC", Concerned(calendars=(calendar,)))) == [Preset.NEXT]
    clock.move(-timedelta(days=4, hours=8))
    on_monday = preset_moments("UTC", Concerned(calendars=(calendar.model_copy(update={"days_off": ()}),)))
    assert list(on_monday) == [Preset.TOMORROW, Preset.MONDAY]


async def test_where_nobody_ever_works_a_draft_is_edited_and_thrown_away_all_the_same(
    as_alice: Browser, as_bob: Browser, path: str, mailbox: Mailbox
) -> None:
    never = {"calendar": {"zone": "UTC", "spans": []}}
    assert (await as_alice.api("PUT", f"/mailboxes/{mailbox.id}/hours", never)).is_success
    page = await opened(as_bob, path)
    assert "Throw the draft away" in page.text
    assert "It is out of hours" in page.text
    assert not {each for each in buttons_of(page) if each.startswith(("Tomorrow", "Next", "As soon"))}
    page = await pressed(as_bob, page, "Save the change", text="Yes, in April.")
    assert "Yes, in April." in page.text


LOOK = "Find the best moment, by when they write themselves"


async def test_H4_bob_asks_when_clara_reads_and_takes_that_hour(
    as_bob: Browser, path: str, sandbox: Sandbox, mailbox: Mailbox
) -> None:
    page = await press(as_bob, await opened(as_bob, path), LOOK)
    assert "too few letters" in text_of(page)
    for week in range(1, 7):
        at = clock.now() - timedelta(weeks=week, hours=-12)  # half a day from where her first one lies
        sandbox.mailbox(ALICE[0]).add(mail(CLIENT, f"Letter {week}", "…"), labels=("INBOX",), internal_date=at)
    page = await press(as_bob, await opened(as_bob, path), LOOK)
    assert "6 of the last 7 letters" in text_of(page)
    (button,) = [each for each in buttons_of(page) if each.startswith("When ")]
    page = await pressed(as_bob, page, button)
    (send,) = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}/scheduled")).json()["scheduled"]
    told = (await as_bob.api("GET", f"/mailboxes/{mailbox.id}{path[path.index('/drafts') :]}/best_moment")).json()
    assert told["wall_time"] == send["wall_time"]
    assert (told["letters"], told["near"], told["zone"]) == (7, 6, send["zone"])
