"""The service itself, in-process, and browsers for the people of the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from app.actions.resources import Resources
from app.main import build, furnish
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.settings import Settings
from tests.people import make_grant, practice_settings
from tests.web.browser import Browser
from tests.web.site import make_site


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole service, put together once: that takes longer than most tests."""
    return build(practice_settings(tmp_path_factory.mktemp("built")))


@pytest.fixture
def app(built: FastAPI, settings: Settings, resources: Resources) -> FastAPI:
    """The whole service on the test's resources."""
    built.state.settings = settings
    furnish(built, resources)
    return built


@pytest.fixture
async def stranger(app: FastAPI, resources: Resources) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    browser = Browser(app, resources)
    yield browser
    await browser.close()


@pytest.fixture
async def as_alice(app: FastAPI, resources: Resources, alice: Person) -> AsyncIterator[Browser]:
    """Alice's browser."""
    browser = await Browser(app, resources).sign_in(alice)
    yield browser
    await browser.close()


@pytest.fixture
async def as_bob(app: FastAPI, resources: Resources, bob: Person) -> AsyncIterator[Browser]:
    """Bob's browser."""
    browser = await Browser(app, resources).sign_in(bob)
    yield browser
    await browser.close()


@pytest.fixture
async def as_charlie(app: FastAPI, resources: Resources, charlie: Person) -> AsyncIterator[Browser]:
    """Charlie's browser."""
    browser = await Browser(app, resources).sign_in(charlie)
    yield browser
    await browser.close()


@pytest.fixture
async def granted(resources: Resources, mailbox: Mailbox, bob: Person) -> Grant:
    """Bob may read, label, tidy, draft and schedule in Alice's mailbox; she approves what leaves."""
    scopes = ("mail.read", "attach.read", "label", "archive", "trash", "draft", "schedule")
    return await make_grant(resources, mailbox, bob, scopes=scopes)


@pytest.fixture
def site() -> FastAPI:
    """A small site without a database, with an operator who has filled everything in."""
    return make_site(
        google_client_id="practice", operator_name="Rojas SpA", operator_contact="privacidad@rojas.example"
    )


@pytest.fixture
def bare_site() -> FastAPI:
    """The small site as it stands right after the first start, nothing filled in."""
    return make_site()
