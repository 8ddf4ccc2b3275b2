"""The consent page in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import Page, async_playwright

from app.sandbox.sandbox import Sandbox
from app.sandbox.server import running
from tests.house import browser
from tests.sandbox.practice import BOB, CHARLIE, GMAIL, MODIFY, authorize_query

pytestmark = pytest.mark.browser
LABELS = f"{GMAIL}labels"


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[Page]:
    """A browser in front of the consent page."""
    async with running(sandbox) as origin, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser.path(), args=["--no-sandbox"])
        page = await chromium.new_page()
        back = f"{origin}/_back"
        asked = authorize_query(scope=f"openid email {MODIFY} {LABELS}", login_hint=BOB, redirect_uri=back)
        del asked["practice_consent"]
        await page.goto(f"{origin}/google/authorize?{urlencode(asked)}")
        yield page
        await chromium.close()


def answer_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


async def test_the_hinted_account_is_chosen_and_every_scope_ticked(page: Page):
    assert await page.locator("input[type=radio]:checked").get_attribute("value") == BOB
    assert await page.locator("input[type=checkbox]:checked").count() == 2
    assert await page.locator("body").evaluate("body => getComputedStyle(body).maxWidth") != "none"


async def test_allowing_sends_back_what_is_ticked(page: Page, sandbox: Sandbox):
    await page.get_by_label("Charlie Chat").check()
    await page.get_by_label("Read, compose, and send emails").uncheck()
    await page.get_by_role("button", name="Allow").click()
    await page.wait_for_url("**/_back?**")
    back = answer_of(page)
    assert sandbox.grants.codes[back["code"]].email == CHARLIE
    assert back["scope"].split() == ["openid", "https://www.googleapis.com/auth/userinfo.email", LABELS]
    assert (back["state"], back["iss"]) == ("a state", sandbox.issuer)


async def test_denying_sends_back_a_no(page: Page):
    await page.get_by_role("button", name="Deny").click()
    await page.wait_for_url("**/_back?**")
    assert answer_of(page)["error"] == "access_denied"


async def test_the_page_runs_nothing_that_a_name_brings(page: Page, sandbox: Sandbox):
    sandbox.add_person("m@practice.example", '<img src=x onerror="document.title=1">')
    await page.reload()
    assert await page.locator("img").count() == 0
    assert await page.title() == "Sign in with a practice account"
