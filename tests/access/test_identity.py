"""Who is calling: people by issuer and subject, logins by the digest of a secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from app import clock
from app.access import identity
from app.actions.resources import Resources
from app.errors import SignInAgain
from app.models.person import Login, Person
from tests.people import make_person

ISSUER = "https://accounts.google.com"


async def known(resources: Resources, subject: str, email: str = "bob@practice.example") -> Person:
    async with resources.db.transaction() as session:
        return await identity.person_of(
            session, issuer=ISSUER, subject=subject, email=email, name="Bob", language="en", now=clock.now()
        )


async def signed_in(resources: Resources, secret: str) -> identity.SignedIn | None:
    async with resources.db.transaction() as session:
        return await identity.signed_in(session, secret, clock.now())


async def login(resources: Resources, person: Person) -> str:
    async with resources.db.transaction() as session:
        return await identity.begin_login(session, person, agent="Browser/1", now=clock.now())


async def test_a_person_is_who_the_issuer_says_and_not_who_has_the_address(resources: Resources) -> None:
    first = await known(resources, "1")
    again = await known(resources, "1", email="bob@elsewhere.example")
    assert again.id == first.id
    assert again.email == "bob@elsewhere.example"
    stranger = await known(resources, "2", email="bob@elsewhere.example")
    assert stranger.id != first.id


async def test_V3_the_assistant_signs_in_with_a_secret_of_her_own_of_which_only_a_digest_is_kept(
    resources: Resources, alice: Person, bob: Person
) -> None:
    hers, his = await login(resources, alice), await login(resources, bob)
    assert hers != his
    found = await signed_in(resources, his)
    assert found
    assert found.person.id == bob.id
    async with resources.db.transaction() as session:
        kept = (await session.execute(select(Login))).scalars().all()
    for row in kept:
        assert his not in str(row.model_dump())
        assert len(row.secret_sha256) == 32


async def test_a_made_up_secret_is_nobodys(resources: Resources, bob: Person) -> None:
    await login(resources, bob)
    assert await signed_in(resources, "made up") is None
    assert await signed_in(resources, "") is None


async def test_a_login_ends_after_twelve_idle_hours(resources: Resources, bob: Person) -> None:
    secret = await login(resources, bob)
    clock.move(timedelta(hours=11, minutes=59))
    assert await signed_in(resources, secret)
    clock.move(timedelta(hours=11, minutes=59))
    assert await signed_in(resources, secret)
    clock.move(timedelta(hours=12))
    assert await signed_in(resources, secret) is None


async def test_a_login_ends_after_seven_days_however_busy(resources: Resources, bob: Person) -> None:
    secret = await login(resources, bob)
    for _ in range(15):
        clock.move(timedelta(hours=11))
        assert await signed_in(resources, secret)
    clock.move(timedelta(hours=4))
    assert await signed_in(resources, secret) is None


async def test_a_login_that_was_ended_is_over_and_the_others_stay(resources: Resources, bob: Person) -> None:
    stolen, other = await login(resources, bob), await login(resources, bob)
    found = await signed_in(resources, stolen)
    assert found
    async with resources.db.transaction() as session:
        await identity.end_login(session, bob.id, found.login.id, clock.now())
    assert await signed_in(resources, stolen) is None
    assert await signed_in(resources, other)


async def test_nobody_ends_another_persons_login(resources: Resources, bob: Person) -> None:
    secret = await login(resources, bob)
    found = await signed_in(resources, secret)
    charlie = await make_person(resources, "charlie@practice.example", "Charlie")
    assert found
    async with resources.db.transaction() as session:
        await identity.end_login(session, charlie.id, found.login.id, clock.now())
    assert await signed_in(resources, secret)
    async with resources.db.transaction() as session:
        assert await identity.logins(session, charlie.id, clock.now()) == []
        assert [each.id for each in await identity.logins(session, bob.id, clock.now())] == [found.login.id]


async def test_what_gives_access_needs_a_sign_in_as_young_as_five_minutes(resources: Resources, alice: Person) -> None:
    found = await signed_in(resources, await login(resources, alice))
    assert found
    identity.require_fresh(found.login, clock.now())
    identity.require_fresh(found.login, clock.now() + timedelta(minutes=4, seconds=59))
    with pytest.raises(SignInAgain):
        identity.require_fresh(found.login, clock.now() + timedelta(minutes=5))


async def test_the_browser_is_remembered_in_short(resources: Resources, bob: Person) -> None:
    async with resources.db.transaction() as session:
        await identity.begin_login(session, bob, agent="x" * 5000, now=clock.now())
    async with resources.db.transaction() as session:
        (only,) = await identity.logins(session, bob.id, clock.now())
    assert only.agent == "x" * 200


async def test_all_other_logins_end_at_once_and_nobody_elses(resources: Resources, alice: Person, bob: Person) -> None:
    kept, stolen, forgotten = [await login(resources, bob) for _ in range(3)]
    hers = await login(resources, alice)
    present = await signed_in(resources, kept)
    assert present
    async with resources.db.transaction() as session:
        assert await identity.end_other_logins(session, present.login, clock.now()) == 2
        assert await identity.end_other_logins(session, present.login, clock.now()) == 0
    assert [bool(await signed_in(resources, each)) for each in (kept, stolen, forgotten, hers)] == [
        True, False, False, True
    ]  # fmt: skip


async def test_a_login_that_has_run_out_is_not_listed(resources: Resources, bob: Person) -> None:
    await login(resources, bob)
    clock.move(timedelta(hours=11))
    busy = await login(resources, bob)
    clock.move(timedelta(hours=1))
    async with resources.db.transaction() as session:
        listed = await identity.logins(session, bob.id, clock.now())
    assert [each.secret_sha256 for each in listed] == [identity.digest_of(busy)]
