"""Every page of the console: sound, in three languages, nothing of a stranger's taken for markup."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import httpx2
import pytest

from app import clock
from app.actions.resources import Resources
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.faults import Fault, Kind
from app.sandbox.sandbox import Sandbox
from app.web.console import router
from app.web.page_route import PageRoute
from tests.people import ALICE, CLIENT, mail
from tests.web.browser import ORIGIN, Browser, text_of
from tests.web.console.story import link_once, link_to, opened, press, pressed
from tests.web.console.test_work import drafted
from tests.web.structure import read

LANGUAGES = ("es", "fr", "en")
HOSTILE = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}%(x)s"

OWNERS = ["", "/approvals", "/scheduled", "/hours", "/hours/client", "/preview", "/senders", "/audit",
          "/audit?check=true", "/disconnection",
          "/invitations/new", "/invitations/new?level=trusted", "/invitations/new?level=diary", "/keys",
          "/preview?tried=yes&scopes=mail.list&labels_in=%3Cb%3EClients&hours=week&changes_a_day=1"]  # fmt: skip
ANYWHERE = ["/owner", "/owner/logins", "/assistant", "/assistant/proposals/new", "/connect/google", "/sign-in"]
ASSISTANTS = ["", "?folder=all", "?folder=trash", "?unread=true", "/drafts", "/scheduled", "/keys"]


@pytest.fixture
async def lively(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, mailbox: Mailbox, sandbox: Sandbox, resources: Resources
) -> dict[str, str]:
    """A mailbox in which everything is going on; the addresses of its pages that have ids in them."""
    box = sandbox.mailbox(ALICE[0])
    raw = mail(f'"{HOSTILE[:60]}" <{CLIENT}>', "Hostile <b>subject</b> {{ 7*7 }}", HOSTILE)
    box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    owners, bobs = f"/owner/mailboxes/{mailbox.id}", f"/assistant/mailboxes/{mailbox.id}"
    await as_alice.post(f"{owners}/senders", sender="mother@family.example", private="yes")
    await as_alice.post(f"{owners}/private-labels", label=HOSTILE)
    form = await opened(as_alice, f"{owners}/invitations/new")
    invitation = (
        (await press(as_alice, form, "Make the invitation", labels_out=HOSTILE)).headers["location"].partition("?")[0]
    )
    listed = await opened(as_bob, bobs)
    message = link_to(listed, "/messages/")
    await as_bob.post(f"{message}/labels", new="<i>Label</i>")
    answer = await as_bob.post(f"{message}/draft", text=HOSTILE, key="k")
    draft = answer.headers["location"].partition("?")[0]
    await as_bob.post(f"{draft}/hour", preset="tomorrow")
    draft_id = draft.rpartition("/")[2]
    until = granted.expires_at.date().isoformat()
    key = (await as_bob.post(f"{bobs}/keys", name=HOSTILE[:60], scopes="label", until=until)).headers["location"]
    return {
        "message": message,
        "draft": draft,
        "approval": f"{owners}/drafts/{draft_id}",
        "grant": f"{owners}/grants/{granted.id}",
        "ending": f"{owners}/grants/{granted.id}/end",
        "invitation": invitation,
        "key": key,
    }


def faults_of(html: str) -> list[str]:
    """Return what is unsound; the frame that shows a message is the one frame there is."""
    return [fault for fault in read(html).faults if fault != "<iframe>"]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_page_is_sound_in_every_language(
    *, as_alice: Browser, as_bob: Browser, lively: dict[str, str], mailbox: Mailbox, lang: str
) -> None:
    owners = [f"/owner/mailboxes/{mailbox.id}{rest}" for rest in OWNERS]
    bobs = [f"/assistant/mailboxes/{mailbox.id}{rest}" for rest in ASSISTANTS]
    hers = [*owners, *ANYWHERE, lively["approval"], lively["grant"], lively["ending"], lively["invitation"]]
    his = [*bobs, *ANYWHERE, lively["message"], f"{lively['message']}?view=text", lively["draft"], lively["key"]]
    for browser, paths in ((as_alice, hers), (as_bob, his)):
        for path in paths:
            page = await opened(browser, path + ("&" if "?" in path else "?") + f"lang={lang}")
            assert faults_of(page.text) == [], path
            assert f'<html lang="{lang}">' in page.text
            for mark in ("<script>alert", "<img src=x", "7*7 }}</h1>49", "<i>Label", "<b>subject"):
                assert mark not in page.text, path
            assert "{{ 49" not in page.text
            assert "%(" not in re.sub(r"%\(x\)s", "", page.text), path


async def test_the_languages_say_different_things(as_alice: Browser, lively: dict[str, str], mailbox: Mailbox) -> None:
    for path in (f"/owner/mailboxes/{mailbox.id}", lively["approval"], lively["grant"]):
        said = {text_of(await opened(as_alice, path, lang=lang)) for lang in LANGUAGES}
        assert len(said) == 3


async def test_hours_name_the_zone_of_the_mailboxs_owner(
    as_alice: Browser, as_bob: Browser, lively: dict[str, str], mailbox: Mailbox
) -> None:
    await as_alice.post(f"/owner/mailboxes/{mailbox.id}/zone", zone="America/Santiago")
    assert "(Santiago)" in text_of(await opened(as_alice, lively["approval"]))
    assert "(Santiago)" in text_of(await opened(as_bob, lively["draft"]))


async def test_a_reader_elsewhere_is_told_her_own_hour_too(
    as_bob: Browser, as_alice: Browser, lively: dict[str, str], mailbox: Mailbox
) -> None:
    await as_alice.post(f"/owner/mailboxes/{mailbox.id}/zone", zone="America/Santiago")
    await as_bob.post("/owner/zone", zone="Europe/Paris")
    said = text_of(await opened(as_bob, lively["draft"]))
    assert "(Santiago)" in said
    assert "(Paris)" in said
    assert "(Paris)" in text_of(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}/scheduled"))


async def test_no_page_lets_itself_be_framed_or_runs_a_script(as_bob: Browser, lively: dict[str, str]) -> None:
    for path in ("/owner", lively["message"], lively["draft"]):
        headers = (await opened(as_bob, path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert headers["cache-control"] == "no-store"


async def test_no_page_says_an_id_of_the_providers(
    *, as_bob: Browser, as_alice: Browser, lively: dict[str, str], mailbox: Mailbox, sandbox: Sandbox
) -> None:
    box = sandbox.mailbox(ALICE[0])
    theirs = {*box.messages, *box.drafts, *(message.thread_id for message in box.messages.values())}
    said = ""
    for path in (f"/assistant/mailboxes/{mailbox.id}", lively["message"], lively["draft"]):
        said += (await opened(as_bob, path)).text
    for rest in ("", "/scheduled", "/audit", "/preview"):
        said += (await opened(as_alice, f"/owner/mailboxes/{mailbox.id}{rest}")).text
    said += (await opened(as_alice, lively["approval"])).text
    assert not [each for each in theirs if each in said]


async def test_a_notice_of_somebody_elses_making_is_not_shown(as_alice: Browser) -> None:
    page = await opened(as_alice, "/owner", notice="revoked")
    assert "has ended" not in text_of(page)
    page = await opened(as_alice, "/owner", notice="revoked.0123456789abcdef")
    assert "has ended" not in text_of(page)


async def test_a_program_that_asks_for_a_page_gets_a_problem(stranger: Browser) -> None:
    answer = await stranger.http.get("/owner", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_mailbox_is_named_by_nobody_but_its_people(as_charlie: Browser, mailbox: Mailbox) -> None:
    for rest in OWNERS:
        answer = await as_charlie.get(f"/owner/mailboxes/{mailbox.id}{rest}")
        assert answer.status_code == 404
        assert ALICE[0] not in answer.text


async def test_pages_with_a_form_that_is_too_large_are_refused(as_bob: Browser, lively: dict[str, str]) -> None:
    answer = await as_bob.post(f"{lively['message']}/draft", text="x" * (2**20 + 1), key="k")
    assert answer.status_code == 413


async def test_a_busy_provider_is_said_to_be_busy_and_the_page_is_no_crash(
    as_bob: Browser, granted: Grant, mailbox: Mailbox, sandbox: Sandbox
) -> None:
    sandbox.faults.replace([Fault(path="/gmail/v1/*", times=99, fault=Kind.STATUS_429, seconds=600)])
    answer = await as_bob.get(f"/assistant/mailboxes/{mailbox.id}")
    assert answer.status_code == 503
    assert "busy" in text_of(answer)


def test_every_console_route_is_a_page_route() -> None:
    def routes(parent):  # type: ignore[no-untyped-def]
        for route in parent.routes:
            inner = getattr(route, "original_router", None)
            yield from routes(inner) if inner is not None else (route,)

    found = list(routes(router))
    assert len(found) > 30
    assert all(isinstance(route, PageRoute) for route in found)


async def test_the_list_of_logins_says_when(as_alice: Browser, alice: Person) -> None:
    clock.move(timedelta(hours=1))
    page = await opened(as_alice, "/owner/logins")
    assert "Signed in" in text_of(page)
    assert "a test" in text_of(page)


async def test_a_link_once_shown_is_made_for_a_letter(as_alice: Browser, mailbox: Mailbox) -> None:
    form = await opened(as_alice, f"/owner/mailboxes/{mailbox.id}/invitations/new")
    answer = await press(as_alice, form, "Make the invitation")
    page = await opened(as_alice, answer.headers["location"])
    letter = link_to(page, "mailto:")
    assert link_once(page).rpartition("/")[2] in letter


def trail(page: httpx2.Response) -> list[str]:
    """Return the steps of the way to a page, as they stand above it."""
    (found,) = re.findall(r'<nav class="crumbs.*?</nav>', page.text, re.DOTALL)
    return [unescape(step) for step in re.findall(r">([^<>\n]+)</(?:a|span)>", found)]


async def test_the_last_step_of_the_way_is_the_page_itself(
    as_alice: Browser, as_bob: Browser, granted: Grant, mailbox: Mailbox
) -> None:
    box, seat = f"/owner/mailboxes/{mailbox.id}", f"/assistant/mailboxes/{mailbox.id}"
    for path, last in (("/teams", "Teams"), ("/review", "Who has access"), ("/audit", "Log"), ("/hours", "Hours")):
        assert trail(await opened(as_alice, box + path)) == ["My mailboxes", mailbox.address, last]
    assert trail(await opened(as_bob, f"{seat}/handover")) == ["Where I assist", mailbox.address, "Hand-over notes"]
    assert trail(await opened(as_alice, "/owner/data")) == ["My mailboxes", "Your data"]
    assert trail(await opened(as_alice, "/owner/data/erasure")) == ["My mailboxes", "Your data", "Be erased"]
    assert trail(await opened(as_bob, "/assistant/hours")) == ["Where I assist", "Your hours"]


async def test_a_zone_by_an_old_name_stays_chosen(as_alice: Browser, mailbox: Mailbox) -> None:
    """Else the first of the list would stand there, and be saved with the next press."""
    old = "America/Argentina/ComodRivadavia"
    await as_alice.api("PATCH", f"/mailboxes/{mailbox.id}", {"zone": old})
    page = (await as_alice.get(f"/owner/mailboxes/{mailbox.id}")).text
    assert re.findall(r'<option value="([^"]*)" selected>([^<]*)', page) == [(old, "ComodRivadavia")]


async def test_the_language_is_changed_on_a_form_that_could_not_be_taken_and_its_page_opens(
    as_alice: Browser, as_bob: Browser, granted: Grant, mailbox: Mailbox
) -> None:
    """A form that is sent to another address than its page's has no page there to lead back to."""
    at = f"/owner/mailboxes/{mailbox.id}"
    draft = await drafted(as_bob, f"/assistant/mailboxes/{mailbox.id}")
    for browser, form, sent_to, fields in (
        (as_bob, draft, f"{draft}/hour", {"day": "2020-01-01", "hour": "09:00"}),
        (as_alice, f"{at}/invitations/new", f"{at}/invitations", {"scopes": "label", "until": "2020-01-01"}),
        (as_alice, f"{at}/hours", f"{at}/hours", {"hours": "week", "zone": "Middle/Earth"}),
    ):
        for referer in (f"{ORIGIN}{form}?lang=en", ""):  # without one, or from a form that was sent twice
            data = {"csrf": browser.token, **fields}
            answer = await browser.http.post(sent_to, data=data, headers={"origin": ORIGIN, "referer": referer})
            assert answer.status_code == 400, text_of(answer)
            for href in re.findall(r'<a href="([^"]+)" hreflang', answer.text):
                assert href.partition("?")[0] == form
                assert (await browser.get(href)).status_code == 200
            await browser.get(f"{form}?lang=en")


async def test_bob_is_asked_for_his_zone_once_by_the_one_page_that_has_a_script(
    as_bob: Browser, as_alice: Browser, granted: Grant
) -> None:
    page = await opened(as_bob, "/assistant")
    (rule,) = [each for each in page.headers["content-security-policy"].split("; ") if each.startswith("script-src")]
    assert rule == f"script-src {ORIGIN}/static/zone.js"
    assert page.headers["x-frame-options"] == "DENY"
    nothing = await press(as_bob, page, "This is my time zone")
    assert nothing.status_code == 422  # a browser asks for a choice before it sends this
    after = await pressed(as_bob, page, "This is my time zone", zone="Europe/Paris")
    assert "Saved." in text_of(after)
    assert after.url.path == "/assistant"
    for each in (after, await opened(as_alice, "/assistant")):
        assert "In which time zone" not in text_of(each)
        assert "<script" not in each.text
    assert "script-src" not in after.headers["content-security-policy"]
