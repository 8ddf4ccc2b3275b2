"""What binds an access, from the form to the page of whoever is bound: nothing typed is lost, nothing widened."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from app.actions.grants import list_grants
from app.actions.resources import Resources
from app.models.conditions import Conditions, Hours, MailKind, Recipients
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.sandbox import Sandbox
from app.web.console.week import WORKING_DAYS
from tests.moments import it_is
from tests.people import CLIENT, MOTHER, desk_of, make_grant
from tests.web.browser import Browser, text_of
from tests.web.console.story import link_once, opened, press, pressed, submit
from tests.web.structure import read

TYPED: dict[str, Any] = {
    "senders": "@customer.example\r\n\r\n Ana@Shop.example ",
    "labels_out": "Family, and “friends”",
    "kinds": ["appointment"],
    "hours": "week",
    "zone": "America/Santiago",
    "changes_a_day": "20",
    "sends_a_day": "3",
    "internal": "yes",
    "existing_threads_only": "yes",
}
MEANT = Conditions(
    senders=frozenset({"@customer.example", "ana@shop.example"}),
    labels_out=frozenset({"Family, and “friends”"}),
    kinds=frozenset({MailKind.APPOINTMENT}),
    hours=Hours(zone="America/Santiago", spans=WORKING_DAYS),
    changes_a_day=20,
    sends_a_day=3,
    recipients=Recipients.INTERNAL,
    existing_threads_only=True,
)
TOLD = (
    "Only mail from @customer.example, ana@shop.example",
    "Never mail with one of these labels: “Family, and “friends””",
    "Only mail about appointments",
    "Only Monday to Friday 09:00–17:30, Santiago time",
    "Changes in the mailbox: at most 20 a day",
    "Replies that leave: at most 3 a day",
    "Replies only inside the owner's own domain",
    "Only answers to what has come in, nothing begun anew",
)


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The owner's page of Alice's mailbox."""
    return f"/owner/mailboxes/{mailbox.id}"


def says(page: httpx2.Response, *sentences: str) -> None:
    """Require sentences on a sound page."""
    assert read(page.text).faults == []
    assert [each for each in sentences if each not in text_of(page)] == []


@pytest.fixture
def by_day(sandbox: Sandbox) -> None:
    """Let it be a working day's morning before anybody signs in."""
    it_is("tue 11:00")


async def the_grant(resources: Resources, alice: Person, mailbox: Mailbox) -> Grant:
    """Return the only grant at Alice's mailbox."""
    (grant,) = await list_grants(await desk_of(resources, alice, mailbox))
    return grant


@pytest.mark.usefixtures("by_day")
async def test_V1_V2_what_alice_binds_is_told_wherever_the_access_is_shown(
    *, as_alice: Browser, as_bob: Browser, alice: Person, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    first = {"needs_approval": "first", "approve_first": "5"}
    shown = await pressed(as_alice, form, "Make the invitation", **TYPED, **first)
    says(shown, *TOLD, "You approve the first replies before they leave, this many: 5")
    link = link_once(shown)
    says(await opened(as_bob, link), *TOLD, "The owner approves the first replies before they leave, this many: 5")
    await pressed(as_bob, await opened(as_bob, link), "Accept as Bob Brun")
    granted = await pressed(as_alice, await opened(as_alice, shown.url.path), "Yes, give access")
    grant = await the_grant(resources, alice, mailbox)
    assert grant.conditions == MEANT.model_copy(update={"approve_first": 5})
    assert grant.needs_approval == NeedsApproval.FIRST
    says(granted, *TOLD)
    agreed = text_of(granted).partition("What was agreed")[2]
    assert all(agreed.count(sentence) == 2 for sentence in TOLD)
    assert "8 limits" in text_of(await opened(as_alice, at))
    says(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"), *TOLD)


async def test_the_simple_case_stays_simple(as_alice: Browser, at: str) -> None:
    page = await opened(as_alice, f"{at}/invitations/new")
    assert '<details class="bounds">' in page.text
    assert '<details class="bounds" open>' in (await opened(as_alice, f"{at}/invitations/new", level="diary")).text


WRONG = TYPED | {"senders": "@customer.example\nnobody", "changes_a_day": "lots", "needs_approval": "first"}


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(as_alice: Browser, at: str) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    answer = await press(as_alice, form, "Make the invitation", **WRONG)
    assert answer.status_code == 400
    says(answer, "“nobody” is no sender", "Write a whole number", "Say how many replies you want to approve")
    for name in ("senders", "changes_a_day", "approve_first"):
        assert re.search(rf'id="{name}" [^>]*aria-describedby="{name}-error', answer.text), name
        assert f'id="{name}-error"' in answer.text
    assert '<details class="bounds" open>' in answer.text
    again = await press(
        as_alice, answer, "Make the invitation", senders=TYPED["senders"], changes_a_day="20", approve_first="5"
    )
    assert again.status_code == 303
    shown = await opened(as_alice, again.headers["location"])
    says(shown, *TOLD)


@pytest.mark.parametrize("lang", ["es", "fr"])
async def test_each_language_has_the_whole_form_and_its_errors(as_alice: Browser, at: str, lang: str) -> None:
    form = await opened(as_alice, f"{at}/invitations/new", lang=lang)
    answer = await submit(as_alice, form, "/invitations", **WRONG)
    english = ("Only mail from", "At which hours", "is no sender", "Write a whole number", "Limits")
    assert [each for each in english if each in text_of(answer)] == []
    assert read(answer.text).faults == []


async def test_V15_alice_sees_first_what_such_a_person_would_see_and_comes_back_with_all_she_typed(
    as_alice: Browser, at: str, resources: Resources, alice: Person, mailbox: Mailbox
) -> None:
    form = await opened(as_alice, f"{at}/invitations/new")
    typed = {"senders": CLIENT, "sends_a_day": "3", "until": "2027-02-03", "scopes": ["mail.list"]}
    page = await pressed(as_alice, form, "See what this person would see", **typed)
    assert "csrf" not in str(page.url)
    says(
        page,
        "would see 1 messages, and not these 3",
        "Not private, but outside the limits that are tried",
        "sees of these 1 who wrote",
        "does not: read the mail that is not private",
    )
    assert '<span class="snippet"></span>' in page.text  # the first words come with the right to read alone
    assert "Could you start in March?" not in page.text
    back = await opened(as_alice, f"{at}/invitations/new?{page.url.query.decode()}")
    says(back, "Invite an assistant")
    assert f">\n{CLIENT}</textarea>" in back.text
    assert re.search(r'name="sends_a_day"[^>]*value="3"', back.text)
    assert 'value="2027-02-03"' in back.text
    assert re.findall(r'name="scopes" value="([^"]+)" checked', back.text) == ["mail.list"]
    made = await pressed(as_alice, back, "Make the invitation")
    says(made, f"Only mail from {CLIENT}", "Replies that leave: at most 3 a day")


async def test_V15_the_preview_says_what_each_tick_and_limit_changes(as_alice: Browser, at: str) -> None:
    plain = await opened(as_alice, f"{at}/preview")
    says(plain, "would see 3 messages, and not these 1", "reads these 3", "does not: send replies in their own words")
    assert re.search(r'<span class="snippet">\w[^<]+</span>', plain.text)
    (tried,) = re.findall(rf'href="({at}/preview\?[^"]*)"><bdi>{re.escape(CLIENT)}</bdi>', plain.text)
    one = await opened(as_alice, tried.replace("&amp;", "&"))
    says(one, "would see 1 messages, and not these 3", "reads these 1")
    none = await opened(as_alice, f"{at}/preview?tried=yes")
    says(none, "Without a tick nobody sees anything.")
    empty = await opened(as_alice, f"{at}/preview?tried=yes&scopes=mail.read&labels_in=Nowhere")
    says(empty, "With these limits nothing at all would be there")
    kept = await pressed(as_alice, one, "Make private", sender=MOTHER)
    says(kept, "would see 1 messages", f"{MOTHER} is private.")
    assert f">\n{CLIENT}</textarea>" in kept.text


@pytest.mark.parametrize(
    "query",
    [
        "tried=yes&senders=nobody",
        "tried=yes&hours=own&begins=99:99&ends=1&scopes=mail.fly",
        "tried=yes&until=&approve_first=x",
        "tried=yes&labels_in=%3Cscript%3Ealert(1)%3C%2Fscript%3E&zone=%22%3E",
    ],
)
async def test_whatever_stands_in_the_address_is_a_page(as_alice: Browser, at: str, query: str) -> None:
    for place in ("preview", "invitations/new"):
        page = await as_alice.get(f"{at}/{place}?{query}")
        assert page.status_code in (200, 400)
        assert read(page.text).faults == []
        assert "<script>alert" not in page.text


async def test_the_preview_is_the_owners_alone(as_bob: Browser, as_charlie: Browser, granted: Grant, at: str) -> None:
    assert (await as_bob.get(f"{at}/preview?tried=yes&scopes=mail.read")).status_code == 403
    assert (await as_charlie.get(f"{at}/preview?tried=yes&scopes=mail.read")).status_code == 404


async def test_V2_an_access_is_narrowed_by_a_limit_and_never_widened(
    *, as_alice: Browser, alice: Person, at: str, granted: Grant, mailbox: Mailbox, resources: Resources
) -> None:
    here = f"{at}/grants/{granted.id}"
    page = await pressed(
        as_alice, await opened(as_alice, here), "Change the access", senders=f"{CLIENT}\n@shop.example"
    )
    says(page, f"Only mail from @shop.example, {CLIENT}")
    answer = await press(as_alice, page, "Change the access", senders="")
    assert answer.status_code == 400
    says(answer, "This would give more than was agreed")
    answer = await press(as_alice, page, "Change the access", senders=CLIENT, changes_a_day="x")
    says(answer, "Write a whole number")
    assert f">\n{CLIENT}</textarea>" in answer.text
    await pressed(as_alice, answer, "Change the access", changes_a_day="7")
    grant = await the_grant(resources, alice, mailbox)
    assert grant.conditions == Conditions(senders=frozenset({CLIENT}), changes_a_day=7)


async def test_the_approved_texts_that_were_chosen_stay_chosen(
    *, as_alice: Browser, alice: Person, bob: Person, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    chosen = frozenset({uuid4(), uuid4()})
    given = await make_grant(resources, mailbox, bob, conditions=Conditions(templates=chosen))
    page = await opened(as_alice, f"{at}/grants/{given.id}")
    says(page, "Of the approved texts only those that were chosen, this many: 2")
    await pressed(as_alice, page, "Change the access", changes_a_day="4")
    grant = await the_grant(resources, alice, mailbox)
    assert grant.conditions == Conditions(templates=chosen, changes_a_day=4)


async def test_what_bound_an_access_stays_when_something_else_is_narrowed(
    *, as_alice: Browser, alice: Person, bob: Person, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    given = await make_grant(resources, mailbox, bob, conditions=MEANT, needs_approval=NeedsApproval.FREE_TEXT)
    page = await opened(as_alice, f"{at}/grants/{given.id}")
    assert re.findall(r'type="radio" name="needs_approval" value="(\w+)"', page.text) == ["always", "free_text"]
    await pressed(as_alice, page, "Change the access", scopes=["mail.list"])
    grant = await the_grant(resources, alice, mailbox)
    assert (grant.scopes, grant.conditions, grant.needs_approval) == (["mail.list"], MEANT, NeedsApproval.FREE_TEXT)


async def test_what_bob_proposes_to_be_bound_by_is_alices_to_change(
    *, as_bob: Browser, as_alice: Browser, alice: Person, stranger: Browser, mailbox: Mailbox, resources: Resources
) -> None:
    form = await opened(as_bob, "/assistant/proposals/new")
    shown = await pressed(as_bob, form, "Make the proposal", **TYPED)
    says(shown, *TOLD)
    link = link_once(shown)
    says(await opened(stranger, link), *TOLD)
    page = await opened(as_alice, link)
    assert ">\n@customer.example\nana@shop.example</textarea>" in page.text
    wrong = await press(as_alice, page, "Give this access", sends_a_day="-3", labels_in="Clients")
    says(wrong, "Write a whole number")
    await pressed(as_alice, wrong, "Give this access", sends_a_day="1")
    grant = await the_grant(resources, alice, mailbox)
    changed = {"sends_a_day": 1, "labels_in": frozenset({"Clients"})}
    assert grant.conditions == MEANT.model_copy(update=changed)


async def test_what_bob_cannot_mean_comes_back_with_what_he_wrote(as_bob: Browser) -> None:
    form = await opened(as_bob, "/assistant/proposals/new")
    answer = await press(as_bob, form, "Make the proposal", message="Dear owner", hours="own", zone="Mars/Base")
    assert answer.status_code == 400
    says(answer, "There is no time zone called Mars/Base")
    assert "Dear owner" in answer.text


async def test_V15_no_private_word_is_on_a_page_of_an_assistant_with_limits(
    *, as_bob: Browser, as_alice: Browser, bob: Person, at: str, mailbox: Mailbox, resources: Resources
) -> None:
    """The canaries are what is private and what is outside; what the owner named to bind him he is told."""
    page = await opened(as_alice, f"{at}/senders")
    await pressed(as_alice, page, "Make private", sender=MOTHER)
    bound = Conditions(senders=frozenset({CLIENT}), labels_out=frozenset({"Later"}), kinds=frozenset())
    given = await make_grant(resources, mailbox, bob, conditions=bound)
    seat = f"/assistant/mailboxes/{mailbox.id}"
    his = ("/assistant", "/notices", seat, f"{seat}?folder=all", f"{seat}/drafts", f"{seat}/scheduled")
    hers = (f"{at}/preview", f"{at}/senders", f"{at}/grants/{given.id}", f"{at}/invitations/new")
    seen = [(await as_bob.get(path)).text for path in (*his, *hers)]
    canaries = (MOTHER, "Sunday lunch", "Your verification code", "Garden news")
    assert [word for word in canaries for page in seen if word in page] == []
    assert "Terrace in March?" in " ".join(seen)


async def test_V10_the_table_is_sent_as_it_stands_on_the_page(
    *, as_alice: Browser, alice: Person, at: str, granted: Grant, mailbox: Mailbox, resources: Resources
) -> None:
    page = await opened(as_alice, f"{at}/grants/{granted.id}")
    numbers = [re.findall(rf'id="{name}-(\d+)" type="time"', page.text) for name in ("begins", "ends")]
    assert numbers[0] == numbers[1] == [str(number) for number in range(14)]
    begins, ends = [""] * 14, [""] * 14
    begins[2:4], ends[2:4] = ["09:00", "15:00"], ["13:00", "18:30"]
    after = await pressed(as_alice, page, "Change the access", hours="own", begins=begins, ends=ends)
    says(after, "Only Tuesday 09:00–13:00 and 15:00–18:30, UTC time")
    await pressed(as_alice, after, "Change the access", changes_a_day="1")
    grant = await the_grant(resources, alice, mailbox)
    assert grant.conditions is not None
    assert grant.conditions.hours is not None
    assert {span.day for span in grant.conditions.hours.spans} == {1}
