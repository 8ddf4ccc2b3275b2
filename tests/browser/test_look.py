"""The pages in a real browser: on a narrow phone and a wide screen, in the light and the dark, with the keyboard."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from playwright.async_api import async_playwright

from tests.house import browser as house_browser
from tests.web.kit import add_kit
from tests.web.site import make_site

pytestmark = pytest.mark.browser

WIDTHS = {"narrowest phone": 360, "phone": 390, "tablet": 768, "desk": 1280}
PAGES = ("/", "/privacy", "/terms", "/kit", "/nowhere")


@pytest.fixture
async def address(monkeypatch):
    """Where the small site can be visited."""
    app = make_site(google_client_id="practice", operator_name="Rojas SpA", operator_contact="datos@rojas.example")
    add_kit(app, monkeypatch)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
        assert not serving.done()
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture
async def chromium():
    """A browser."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=house_browser.path(), args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.fixture
async def alice(chromium, address):
    """A function that opens a window in which Alice is signed in."""

    async def window(**options):
        context = await chromium.new_context(base_url=address, **options)
        await context.add_cookies([{"name": "deskhand", "value": "alices-secret", "url": address}])
        return await context.new_page()

    return window


@pytest.mark.parametrize("lang", ["es", "fr", "en"])
async def test_no_page_is_wider_than_the_screen_and_none_breaks_its_own_rules(alice, lang):
    for scheme in ("light", "dark"):
        for name, width in WIDTHS.items():
            page = await alice(viewport={"width": width, "height": 800}, color_scheme=scheme)
            said = []
            page.on("console", lambda message, said=said: said.append(message.text))
            for path in PAGES:
                await page.goto(f"{path}?lang={lang}")
                overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert overflow <= 0, f"{path} on the {name}, {scheme}: {overflow} pixels too wide"
            assert [line for line in said if "404 (Not Found)" not in line] == []
            await page.context.close()


THUMBED = "button, .button, header nav a, footer a, select, textarea, .tick, input:not([type=hidden], [type=checkbox])"


async def test_what_is_to_be_touched_is_large_enough_for_a_thumb(alice):
    page = await alice(viewport={"width": 360, "height": 800})
    await page.goto("/kit")
    heights = await page.eval_on_selector_all(
        THUMBED, "all => all.map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect().height])"
    )
    assert len(heights) > 20
    assert [each for each in heights if each[1] < 44] == []


async def test_the_keyboard_comes_first_to_the_way_past_the_head_and_shows_where_it_is(alice):
    page = await alice()
    await page.goto("/kit")
    await page.keyboard.press("Tab")
    focused = "document.activeElement"
    assert await page.evaluate(f"{focused}.getAttribute('href')") == "#content"
    assert await page.evaluate(f"{focused}.getBoundingClientRect().left") >= 0
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"
        assert await page.evaluate(f"parseFloat(getComputedStyle({focused}).outlineWidth)") >= 2


async def test_everything_is_there_without_scripts(alice):
    page = await alice(java_script_enabled=False)
    await page.goto("/")
    await page.get_by_role("link", name="Français").click()
    assert await page.locator("html").get_attribute("lang") == "fr"
    await page.get_by_role("link", name="Confidentialité").click()
    assert await page.get_by_role("heading", level=1).inner_text() == "Confidentialité"
    assert await page.locator("html").get_attribute("lang") == "fr"


async def test_the_dark_is_dark_and_paper_is_white(alice):
    background = "getComputedStyle(document.body).backgroundColor"
    seen = {}
    for scheme in ("light", "dark"):
        page = await alice(color_scheme=scheme)
        await page.goto("/terms")
        seen[scheme] = await page.evaluate(background)
    assert seen == {"light": "rgb(244, 246, 246)", "dark": "rgb(16, 24, 28)"}
    await page.emulate_media(media="print")
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not await page.get_by_role("button").first.is_visible()
