"""Mail that was made to do harm, opened by Bob: nothing runs, nothing is fetched, nothing leaves its frame."""

from __future__ import annotations

import pytest

from app import clock
from tests.browser.conftest import Opener
from tests.browser.harm import HARM
from tests.browser.place import Couple
from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def hostile(subject: str, body: str, *, sender: str = "Eve <eve@evil.example>") -> bytes:
    """Return an HTML mail."""
    lines = (
        f"From: {sender}",
        "To: alice@practice.example",
        f"Subject: {subject}",
        f"Date: {clock.now():%a, %d %b %Y %H:%M:%S +0000}",
        f"Message-ID: <{abs(hash((subject, body)))}@evil.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
        "",
    )
    return "\r\n".join(lines).encode()


async def opened(couple: Couple, window: Opener, raw: bytes, subject: str) -> Window:
    """Put a mail into the mailbox and open it as Bob does, from the list."""
    couple.box.add(raw, internal_date=clock.now(), unread=True)
    mailbox, _grant = await couple.granted()
    bob = await window(couple.bob)
    await bob.open(f"/assistant/mailboxes/{mailbox.id}")
    await bob.page.locator("ul.messages a.line", has_text=subject).click()
    await bob.page.wait_for_load_state("networkidle")
    return bob


@pytest.mark.parametrize("kind", HARM)
async def test_nothing_in_a_mail_runs_or_calls_anywhere(couple: Couple, window: Opener, kind: str) -> None:
    bob = await opened(couple, window, hostile(f"Harm by {kind}", HARM[kind]), f"Harm by {kind}")
    assert [url for url in bob.asked if "evil" in url or "cid:" in url] == []
    assert await bob.evaluate("window.harmed") is None
    assert await bob.page.get_by_role("heading", level=1).all_inner_texts() == [f"Harm by {kind}"]
    assert await bob.page.locator("script, object, embed, base, meta[http-equiv]").count() == 0
    for frame in bob.page.frames[1:]:
        assert frame.url == "about:srcdoc"
        harmful = "script, form, input, button, iframe, object, embed, base, link[rel]:not([href*='/static/mail.css'])"
        assert await frame.locator(harmful).count() == 0
        assert await frame.evaluate("document.querySelectorAll('[onload],[onerror],[ontoggle],[onclick]').length") == 0
    assert await bob.page.get_by_role("button", name="Write the draft").count() == 1


async def test_the_frame_may_neither_run_scripts_nor_reach_our_page(couple: Couple, window: Opener) -> None:
    bob = await opened(couple, window, hostile("Plain harm", "<p>words</p>"), "Plain harm")
    frame = bob.page.locator("iframe")
    given = (await frame.get_attribute("sandbox") or "").split()
    assert not {"allow-scripts", "allow-same-origin", "allow-top-navigation", "allow-forms", "allow-modals"} & {*given}
    assert await bob.page.frames[1].locator("p").inner_text() == "words"
    assert await bob.page.frames[1].evaluate("self.origin") == "null"


async def test_a_link_in_a_mail_opens_beside_and_says_nothing_of_where_it_stood(couple: Couple, window: Opener) -> None:
    elsewhere = couple.place.sandbox.origin + "/google/certs"
    bob = await opened(couple, window, hostile("A link", f"<a href='{elsewhere}'>look</a>"), "A link")
    before = bob.page.url
    async with bob.page.context.expect_page() as beside:
        await bob.page.frames[1].locator("a").click()
    other = await beside.value
    await other.wait_for_load_state()
    assert other.url == elsewhere
    assert await other.evaluate("[document.referrer, window.opener]") == ["", None]
    assert bob.page.url == before


LEFT_TO_RIGHT = """each => {
    const text = each.firstChild, at = n => { const r = document.createRange(); r.setStart(text, n);
        r.setEnd(text, n + 1); return r.getBoundingClientRect().left; };
    const from = text.data.indexOf('eve@'); return at(from) < at(from + 4);
}"""


@pytest.mark.parametrize("name", ["=?utf-8?q?Alice_=E2=80=AEecila?=", "=?utf-8?q?Alice_=E2=81=A7=E2=80=AE?="])
async def test_a_name_that_turns_the_writing_round_does_not_turn_the_address_beside_it(
    couple: Couple, window: Opener, name: str
) -> None:
    raw = hostile("Turned round", "<p>words</p>", sender=f"{name} <eve@evil.example>")
    bob = await opened(couple, window, raw, "Turned round")
    address = bob.page.locator(".address-of .quiet", has_text="eve@")
    assert await address.evaluate(LEFT_TO_RIGHT)


async def test_a_nul_in_name_subject_and_text_is_nothing(couple: Couple, window: Opener) -> None:
    subject, sender = "=?utf-8?q?pay=00_now?=", "=?utf-8?q?Al=00<script>x</script>?= <eve@evil.example>"
    bob = await opened(couple, window, hostile(subject, "<p>words\0</p>", sender=sender), "now")
    await bob.says("eve@evil.example", "Write the draft")
    assert await bob.evaluate("document.body.innerText.includes('\\0')") is False
    assert await bob.page.locator("main script").count() == 0
    assert "words" in await bob.page.frames[1].locator("body").inner_text()


async def test_a_subject_that_turns_the_writing_round_keeps_to_itself_in_lists(couple: Couple, window: Opener) -> None:
    bob = await opened(couple, window, hostile("=?utf-8?q?pay_=E2=80=AEfdp=2Eexe?=", "<p>words</p>"), "pay")
    await bob.page.get_by_label("Reply").fill("No.")
    await bob.press("Write the draft")
    await bob.says("The draft is in the mailbox.")
    await bob.follow("Drafts", nth=0)
    assert await bob.page.locator("strong bdi", has_text="pay").count() == 1
