"""Every page of the console: on a phone and on wider screens, in three languages, quiet, calling nobody."""

from __future__ import annotations

from datetime import time

import pytest

from app.access.ceiling import Terms
from app.actions import invite, make_key, private, private_labels, propose, tell
from app.actions.accept import accept
from app.actions.handover import write_handover
from app.actions.invite_team import invite_team
from app.actions.name_members import name_members
from app.actions.named import Naming
from app.actions.remove import remove
from app.actions.seats import open_lead_desk
from app.actions.team import confirm_team
from app.actions.team_link import accept_team
from app.models.conditions import UNBOUND, Conditions, Hours, MailKind, Span
from app.models.grant import NeedsApproval
from tests.actions.situations import in_an_hour, written
from tests.browser.conftest import Opener
from tests.browser.place import ASSISTING, Couple
from tests.browser.windows import Window
from tests.people import desk_of, mail, make_grant, make_person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
LONG = "Verlängerungsvertragsunterzeichnungsterminverschiebungsbestätigung" * 3
WIDE = Conditions(
    senders=frozenset({f"{LONG[:60]}@{LONG[:60]}.example"}),
    labels_out=frozenset({LONG}),
    hours=Hours(zone="America/Argentina/ComodRivadavia", spans=(Span(day=2, begins=time(9), ends=time(11)),)),
    sends_a_day=3,
)
WIDTHS = (768, 1280, 360)  # the narrowest last: so the next page is opened on a phone
TOO_WIDE = """() => {
    const wide = document.documentElement.scrollWidth - innerWidth;
    const all = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
    return wide > 0 ? [wide, ...all.slice(0, 3).map(e => e.outerHTML.slice(0, 120))] : [];
}"""


async def walk(couple: Couple) -> tuple[list[str], list[str]]:
    """Furnish everything a page can show and return the addresses of Alice's pages and of Bob's."""
    place = couple.place
    couple.box.add(mail(f"{LONG} <long@customer.example>", LONG, f"{LONG} http://x.example/{LONG}", to=couple.alice))
    mailbox, grant = await couple.granted(*ASSISTING, "trash", zone="America/Argentina/ComodRivadavia")
    alice, _ = await place.signed_in(couple.alice)
    bob, _ = await place.signed_in(couple.bob)
    owner, desk = await desk_of(place.resources, alice, mailbox), await desk_of(place.resources, bob, mailbox)
    seen = await written(desk)
    await in_an_hour(desk, seen)
    long = await written(desk, LONG, subject=LONG)
    offer, token = await invite.invite(
        owner,
        scopes=["mail.read"],
        until=grant.expires_at,
        language="en",
        needs_approval=NeedsApproval.ALWAYS,
        conditions=WIDE,
    )
    most = Terms(scopes=["mail.read"], needs_approval=NeedsApproval.ALWAYS, conditions=UNBOUND, until=grant.expires_at)
    team, lead_link = await invite_team(owner, most, begin_after=24, language="en")
    await accept_team(place.resources, bob.id, lead_link, name=LONG[:100])
    await confirm_team(owner, team.id)
    leading = await open_lead_desk(place.resources, bob.id, team.id, surface="test")
    await name_members(*leading, [Naming(name=LONG[:100]), Naming(name="Sam")], language="en")
    await write_handover(desk, LONG)
    cora = await make_person(place.resources, f"cora.{couple.alice}", LONG)
    ((named, link),) = await name_members(*leading, [Naming(name=LONG[:100])], language="en")
    await accept(place.resources, cora.id, link)
    await private.mark_sender(owner, "mother@family.example", excepted=[MailKind.INVITATION])
    await private_labels.mark_label(owner, LONG)
    key, _secret = await make_key.make_key(desk, name=LONG[:60], until=grant.expires_at)
    async with place.resources.db.transaction(mailbox=mailbox.id) as session:
        await tell.reconnect(session, place.resources, mailbox)
    proposal, _token = await propose.propose(
        place.resources, bob.id, scopes=["mail.read"], until=grant.expires_at, message=LONG, conditions=WIDE
    )
    gone = await make_person(place.resources, f"gone.{couple.alice}", LONG)
    await make_grant(place.resources, mailbox, gone)
    removal_id = await remove(place.resources, alice.id, gone.id, surface="test")
    box, seat = f"/owner/mailboxes/{mailbox.id}", f"/assistant/mailboxes/{mailbox.id}"
    alices = [
        "/owner", "/owner/logins", "/owner/data", "/owner/data/erasure", "/notices", "/connect", box,
        f"{box}/approvals", f"{box}/scheduled",
        f"{box}/preview", f"{box}/preview?tried=yes&labels_in={LONG}", f"{box}/senders", f"{box}/audit?check=true",
        f"{box}/hours", f"{box}/hours/client", f"{box}/sending-limit", "/assistant/hours",
        f"{box}/invitations/new",
        f"{box}/invitations/new?level=trusted", f"{box}/invitations/{offer.id}", f"{box}/grants/{grant.id}",
        f"{box}/grants/{grant.id}/end", f"{box}/drafts/{seen.row.id}", f"{box}/drafts/{long.row.id}",
        f"{box}/disconnection", f"{box}/keys", f"{box}/nowhere", "/owner/assistants",
        f"/owner/assistants/{bob.id}/removal", f"/owner/certificates/{removal_id}", "/certificates",
        f"{box}/teams", f"{box}/teams/new",
        f"{box}/teams/{team.id}", f"{box}/review",
    ]  # fmt: skip
    bobs = [
        "/assistant", "/owner/data/erasure", "/notices", "/assistant/proposals/new",
        f"/assistant/proposals/{proposal.id}", seat,
        f"{seat}?folder=archive", f"{seat}?search=march", f"{seat}?search={LONG[:200]}", f"{seat}?search=-",
        f"{seat}/drafts", f"{seat}/drafts/{seen.row.id}", f"{seat}/drafts/{long.row.id}",
        f"{seat}/drafts/{seen.row.id}/removal", f"{seat}/drafts/{long.row.id}/removal",
        f"{seat}/scheduled", f"{seat}/keys", f"{seat}/keys/{key.id}", f"{seat}/messages/{long.row.message_id}",
        "/team", f"/team/{team.id}", f"/team/{team.id}/members/new",
        "/team/review", f"/team/{team.id}/members/{named.id}", f"{seat}/handover", f"/invitations/{lead_link}",
        f"/invitations/{token}", box,
    ]  # fmt: skip
    return alices, bobs


async def read_through(reader: Window, paths: list[str], lang: str) -> None:
    """Read pages in one language, requiring what holds of every page."""
    for path in paths:
        await reader.open(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        await reader.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
        for width in WIDTHS:
            await reader.page.set_viewport_size({"width": width, "height": 740})
            assert await reader.evaluate(TOO_WIDE) == [], f"{path} at {width} pixels"
        assert await reader.page.locator("html").get_attribute("lang") == lang, path
        assert await reader.page.locator("h1").count() == 1, path
        unnamed = "main :is(input:not([type=hidden]), select, textarea)"
        labels = await reader.page.locator(unnamed).evaluate_all("all => all.map(each => each.labels.length)")
        assert 0 not in labels, path
        ids = await reader.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert len(ids) == len({*ids}), path
        assert await reader.page.locator("main script, main [style]").count() == 0, path


@pytest.mark.parametrize("lang", ["es", "fr", "en"])
async def test_every_page_fits_a_phone_of_360_pixels_and_wider_screens_and_calls_nobody(
    couple: Couple, window: Opener, lang: str
) -> None:
    alices, bobs = await walk(couple)
    phone = {"viewport": {"width": 360, "height": 740}}
    await read_through(await window(couple.alice, **phone), alices, lang)
    await read_through(await window(couple.bob, **phone), bobs, lang)
    await read_through(await window(**phone), ["/", "/sign-in", "/owner", bobs[-2]], lang)


async def test_the_language_switch_keeps_the_page_and_is_remembered(couple: Couple, window: Opener) -> None:
    mailbox, grant = await couple.granted()
    alice = await window(couple.alice)
    at = f"/owner/mailboxes/{mailbox.id}/grants/{grant.id}/end"
    await alice.open(at)
    await alice.follow("Français")
    assert f"{at}?" in alice.page.url + "?"
    assert await alice.page.locator("html").get_attribute("lang") == "fr"
    await alice.open("/owner")
    assert await alice.page.locator("html").get_attribute("lang") == "fr"
    await alice.follow("Español")
    assert alice.page.url.partition("?")[0].endswith("/owner")
    assert await alice.page.locator("html").get_attribute("lang") == "es"


async def test_a_notice_that_somebody_else_made_up_is_not_shown(couple: Couple, window: Opener) -> None:
    mailbox, grant = await couple.granted()
    alice = await window(couple.alice)
    at = f"/owner/mailboxes/{mailbox.id}/grants/{grant.id}"
    for notice in ("revoked", "revoked.0123456789abcdef", "<script>alert(1)</script>", "%00"):
        await alice.open(f"{at}?notice={notice}")
        assert await alice.page.locator(".flash").count() == 0
        await alice.says("Active")
