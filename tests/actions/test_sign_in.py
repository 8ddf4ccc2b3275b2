"""The journey to Google and back: one browser, one person, one purpose, once, within ten minutes."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from sqlmodel import select

from app import clock
from app.actions import held_consent, sign_in
from app.actions.connect_mailbox import connect_mailbox
from app.actions.mailboxes import mailboxes
from app.actions.resources import Resources
from app.actions.sign_in import Journey, Purpose, ReturnTo
from app.consent_errors import AdminForbidsApp, BadConsent, ConsentRefused, OutsideOrganisation
from app.errors import ScopeMissing
from app.models.mailbox import Connection, Mailbox
from app.models.person import ConsentRequest, Person
from app.sandbox.sandbox import Sandbox
from tests.actions.situations import World
from tests.people import ALICE, BOB, connected_mailbox

Answer = dict[str, str]
CONNECT, SIGN_IN = Purpose.CONNECT, Purpose.SIGN_IN


async def away(
    resources: Resources, purpose: Purpose = CONNECT, *, who: UUID | None = None, hint: str = ALICE[0], **more: str
) -> Answer:
    """Go to Google with one browser, say yes there, and return what the browser comes back with."""
    url = await sign_in.begin(resources, purpose, "google", browser="her browser", person_id=who, login_hint=hint)
    consent = "&".join([f"{url}&practice_consent=yes", *(f"{name}={value}" for name, value in more.items())])
    answer = await resources.transport._client.get(consent, follow_redirects=False)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def back(
    resources: Resources,
    answer: Answer,
    purpose: Purpose = CONNECT,
    *,
    who: UUID | None = None,
    browser: str = "her browser",
) -> Journey:
    return await sign_in.finish(resources, purpose, "google", browser=browser, person_id=who, answer=answer)


async def nothing_was_done(resources: Resources, person: Person) -> bool:
    async with resources.db.transaction() as session:
        held = [row for row in (await session.execute(select(ConsentRequest))).scalars() if row.held]
    return not held and not await mailboxes(resources, person.id)


async def test_C2_the_owner_connects_by_a_consent_given_at_google_and_shown_before_it_counts(
    resources: Resources, sandbox: Sandbox, alice: Person
) -> None:
    journey = await back(resources, await away(resources, who=alice.id), who=alice.id)
    assert journey.consent.email == ALICE[0]
    assert await mailboxes(resources, alice.id) == []
    consent = await held_consent.held_consent(resources, journey.held_as, person_id=alice.id)
    mailbox = await connect_mailbox(resources, alice.id, consent, zone="America/Santiago")
    assert (mailbox.address, mailbox.owner_id, mailbox.zone) == (ALICE[0], alice.id, "America/Santiago")
    posted = [entry.path for entry in sandbox.ledger.entries if entry.method == "POST"]
    assert posted == ["/google/token"]  # no password ever passes through us


async def test_V3_signing_in_names_a_person_by_google_and_not_by_address(
    resources: Resources, sandbox: Sandbox
) -> None:
    answer = await away(resources, SIGN_IN, hint=BOB[0])
    journey = await back(resources, answer, SIGN_IN)
    person, secret = await sign_in.sign_in(resources, journey.consent, agent="Browser/1", language="fr")
    assert (person.email, person.name, person.language) == (BOB[0], BOB[1], "fr")
    assert len(secret) >= 32
    assert not journey.held_as
    assert sandbox.grants.refreshes == {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "made up"}, "unknown_state"),
        ({"state": ""}, "unknown_state"),
        ({"iss": "https://evil.example"}, "mixed_issuer"),
        ({"code": "made up"}, "code_refused"),
        ({"code": ""}, "refused_by_server"),
        ({"error": "server_error"}, "refused_by_server"),
    ],
)
async def test_an_answer_that_does_not_hold_is_refused_with_nothing_half_done(
    resources: Resources, alice: Person, change: Answer, reason: str
) -> None:
    answer = await away(resources, who=alice.id)
    with pytest.raises(BadConsent) as refused:
        await back(resources, answer | change, who=alice.id)
    assert refused.value.reason == reason
    assert await nothing_was_done(resources, alice)


async def test_an_answer_is_taken_from_this_browser_this_person_and_this_purpose_alone(
    resources: Resources, alice: Person, bob: Person
) -> None:
    for wrong in (
        {"browser": "another browser", "who": alice.id},
        {"who": bob.id},
        {"who": None},
        {"purpose": SIGN_IN, "who": alice.id},
    ):
        answer = await away(resources, who=alice.id)
        with pytest.raises(BadConsent) as refused:
            await back(resources, answer, **wrong)  # type: ignore[arg-type]
        assert refused.value.reason == "foreign_state"
        with pytest.raises(BadConsent) as refused:  # and it is used up: whoever caught it cannot try again
            await back(resources, answer, who=alice.id)
        assert refused.value.reason == "unknown_state"
    assert await nothing_was_done(resources, alice)


async def test_an_answer_is_taken_once_and_within_ten_minutes(resources: Resources, alice: Person) -> None:
    first = await away(resources, who=alice.id)
    await back(resources, first, who=alice.id)
    late = await away(resources, who=alice.id)
    clock.move(timedelta(minutes=10))
    for answer in (first, late):
        with pytest.raises(BadConsent) as refused:
            await back(resources, answer, who=alice.id)
        assert refused.value.reason == "unknown_state"


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("access_denied", ConsentRefused),
        ("admin_policy_enforced", AdminForbidsApp),
        ("org_internal", OutsideOrganisation),
    ],
)
async def test_a_no_at_google_is_told_as_what_it_is(
    resources: Resources, alice: Person, error: str, raised: type[ConsentRefused]
) -> None:
    state = (await away(resources, who=alice.id))["state"]
    with pytest.raises(raised) as refused:
        await back(resources, {"state": state, "error": error}, who=alice.id)
    assert type(refused.value) is raised
    assert await nothing_was_done(resources, alice)


async def test_a_held_consent_is_her_own_and_taken_once(resources: Resources, alice: Person, bob: Person) -> None:
    journey = await back(resources, await away(resources, who=alice.id), who=alice.id)
    for held_as, who in ((journey.held_as, bob.id), ("no hex", alice.id), ("00" * 32, alice.id), ("", alice.id)):
        with pytest.raises(BadConsent):
            await held_consent.held_consent(resources, held_as, person_id=who)
    kept = await held_consent.held_consent(resources, journey.held_as, person_id=alice.id)
    assert kept == journey.consent
    with pytest.raises(BadConsent):
        await held_consent.held_consent(resources, journey.held_as, person_id=alice.id)


async def test_a_held_consent_does_not_wait_for_ever_and_is_sealed_while_it_waits(
    resources: Resources, alice: Person
) -> None:
    journey = await back(resources, await away(resources, who=alice.id), who=alice.id)
    async with resources.db.transaction() as session:
        (row,) = (await session.execute(select(ConsentRequest))).scalars()
    assert row.held
    assert journey.consent.refresh_token.encode() not in row.held
    clock.move(timedelta(minutes=20))
    with pytest.raises(BadConsent):
        await held_consent.held_consent(resources, journey.held_as, person_id=alice.id)
    await sign_in.begin(resources, SIGN_IN, "google", browser="x")
    async with resources.db.transaction() as session:
        assert len((await session.execute(select(ConsentRequest))).scalars().all()) == 1


async def test_a_consent_she_says_no_to_is_given_back_unless_her_mailbox_works_by_it(world: World) -> None:
    """Google would end everything that this account has agreed to with us, the connection that works included."""
    again = await back(world.resources, await away(world.resources, who=world.alice.id), who=world.alice.id)
    await held_consent.refuse_held(world.resources, again.held_as, person_id=world.alice.id)
    assert world.sandbox.grants.refreshes
    owner = await world.owner()
    assert await owner.provider.address() == ALICE[0]


async def test_a_consent_to_a_new_mailbox_that_she_says_no_to_is_ended_at_google(
    resources: Resources, sandbox: Sandbox, alice: Person
) -> None:
    journey = await back(resources, await away(resources, who=alice.id), who=alice.id)
    assert len(sandbox.grants.refreshes) == 1
    await held_consent.refuse_held(resources, journey.held_as, person_id=alice.id)
    assert sandbox.grants.refreshes == {}


async def test_without_the_permission_for_mail_nothing_is_connected(resources: Resources, alice: Person) -> None:
    journey = await back(resources, await away(resources, who=alice.id), who=alice.id)
    unticked = type(journey.consent)(**{**vars(journey.consent), "scopes": frozenset({"openid", "email"})})
    with pytest.raises(ScopeMissing):
        await connect_mailbox(resources, alice.id, unticked, zone="UTC")
    for_once = type(journey.consent)(**{**vars(journey.consent), "refresh_token": ""})
    with pytest.raises(BadConsent):
        await connect_mailbox(resources, alice.id, for_once, zone="UTC")
    assert await mailboxes(resources, alice.id) == []


async def test_a_place_to_return_to_is_a_name_of_ours_and_hostile_ids_are_harmless(
    resources: Resources, alice: Person
) -> None:
    url = await sign_in.begin(
        resources, SIGN_IN, "google", browser="b", return_to=ReturnTo.INVITATION, return_id="x\0" + "y" * 999
    )
    async with resources.db.transaction() as session:
        (row,) = (await session.execute(select(ConsentRequest))).scalars()
    assert (row.return_to, row.return_id) == ("invitation", "x" + "y" * 199)
    assert "yyy" not in url
    assert alice.email not in url


async def test_connecting_again_renews_the_consent_and_keeps_everything_else(world: World) -> None:
    given = await world.grant()
    again = await connected_mailbox(world.resources, world.alice, zone="Europe/Paris")
    assert again.id == world.mailbox.id
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        old, new = sorted((await session.execute(select(Connection))).scalars(), key=lambda row: row.connected_at)
        kept = await session.get_one(Mailbox, world.mailbox.id)
    assert (old.refresh_token, old.ended_at is None) == (b"", False)
    assert new.ended_at is None
    assert kept.zone == world.mailbox.zone
    assert (await world.assistant()).mailbox.id == given.mailbox_id
