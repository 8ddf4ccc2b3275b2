"""Which steps need a sign-in of the last minutes, for every unsafe route there is; and what happens without one.

What gives access, or cannot be undone, needs one. What ends something never does: nobody who wants to stop something is
sent away first.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.access.identity import FRESH
from app.actions import accept, invite, propose
from app.actions.desk import Desk
from app.actions.resources import Resources
from app.actions.seats import open_desk
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.web import deps
from tests.web.api.calls import good, refused
from tests.web.browser import ORIGIN, Browser, text_of
from tests.web.test_routes import UNSAFE, Route, answers_at, ids

API, OWNER = "/api/v1/mailboxes/{mailbox_id:uuid}", "/owner/mailboxes/{mailbox_id:uuid}"
ASSISTANT = "/assistant/mailboxes/{mailbox_id:uuid}"
API_GRANT, OWNER_GRANT = f"{API}/grants/{{grant_id:uuid}}", f"{OWNER}/grants/{{grant_id:uuid}}"
API_OFFER, OWNER_OFFER = f"{API}/invitations/{{invitation_id:uuid}}", f"{OWNER}/invitations/{{invitation_id:uuid}}"
API_DRAFT, OWNER_DRAFT = f"{API}/drafts/{{draft_id:uuid}}", f"{OWNER}/drafts/{{draft_id:uuid}}"
DRAFT, MESSAGE = f"{ASSISTANT}/drafts/{{draft_id:uuid}}", f"{ASSISTANT}/messages/{{message_id:uuid}}"

NEEDS_FRESH = {
    "gives access": {
        "POST /connect/google",
        "POST /connect/microsoft",
        f"POST {API}/invitations",
        f"PUT {API_OFFER}/confirmation",
        f"POST {API}/keys",
        f"POST {OWNER}/invitations",
        f"POST {OWNER_OFFER}/link",
        f"POST {OWNER_OFFER}/confirmation",
        f"POST {OWNER_GRANT}/resumption",
        f"POST {ASSISTANT}/keys",
        "POST /invitations/{token}/grant",
        f"PUT {API}/restoration/confirmation",
        f"POST {OWNER}/restoration",
        "DELETE /api/v1/stops/{stop_id:uuid}",
        "POST /owner/stops/{stop_id:uuid}/end",
        f"POST {API}/teams",
        f"PUT {API}/teams/{{access_id:uuid}}/confirmation",
        f"POST {OWNER}/teams",
        f"POST {OWNER}/teams/{{access_id:uuid}}/confirmation",
        "POST /api/v1/teams/{access_id:uuid}/members",
        "POST /team/{access_id:uuid}/members",
        "POST /team/{access_id:uuid}/roster",
        "POST /api/v1/teams/{access_id:uuid}/members/{member_id:uuid}/substitutes",
        "POST /team/{access_id:uuid}/members/{member_id:uuid}/substitutes",
    },
    "lets words leave in the owner's name": {
        f"POST {API}/templates",
        f"PUT {API}/templates/{{template_id:uuid}}",
    },
    "destroys keys": {f"DELETE {API}", f"POST {OWNER}/disconnection", "DELETE /api/v1/person"},
}
NEVER = {
    "ends something": {
        "POST /sign-out",
        "DELETE /api/v1/session",
        "DELETE /api/v1/session/logins",
        "DELETE /api/v1/session/logins/{login_id:uuid}",
        "POST /owner/logins/{login_id:uuid}/end",
        "POST /owner/logins/others/end",
        f"PATCH {API_GRANT}",
        f"DELETE {API_GRANT}",
        f"DELETE {API_OFFER}",
        f"DELETE {API}/keys/{{key_id:uuid}}",
        f"DELETE {API}/templates/{{template_id:uuid}}",
        f"DELETE {API}/scheduled/{{send_id:uuid}}",
        f"DELETE {API_DRAFT}/approval",
        f"PUT {API_DRAFT}/return",
        f"POST {OWNER_DRAFT}/return",
        f"POST {OWNER_OFFER}/withdrawal",
        f"POST {OWNER_GRANT}/narrowing",
        f"POST {OWNER_GRANT}/pause",
        f"POST {OWNER_GRANT}/end",
        f"POST {OWNER_DRAFT}/refusal",
        f"POST {OWNER_DRAFT}/removal",
        f"POST {OWNER}/keys/{{key_id:uuid}}/end",
        f"POST {OWNER}/scheduled/{{send_id:uuid}}/cancellation",
        f"POST {ASSISTANT}/keys/{{key_id:uuid}}/end",
        f"POST {ASSISTANT}/scheduled/{{send_id:uuid}}/cancellation",
        "POST /api/v1/stops",
        "POST /api/v1/removals",
        "DELETE /api/v1/teams/{access_id:uuid}/members/{member_id:uuid}",
        f"PATCH {API}/teams/{{access_id:uuid}}",
        f"DELETE {API}/teams/{{access_id:uuid}}",
        f"POST {API}/review",
        "POST /api/v1/teams/review",
        "POST /team/review",
        "POST /owner/stops",
        "POST /owner/assistants/{person_id:uuid}/removal",
        f"POST {OWNER}/teams/{{access_id:uuid}}/narrowing",
        f"POST {OWNER}/teams/{{access_id:uuid}}/ending",
        f"POST {OWNER}/review",
        "POST /team/{access_id:uuid}/members/{member_id:uuid}/removal",
        "POST /connect/google/administrator/end",
        "POST /connect/microsoft/administrator/end",
    },
    "is open to whoever has the document or its link": {
        "POST /certificates",
        "POST /api/v1/certificates/verification",
        "POST /erasures/{token}",
    },
    "signs in": {"POST /sign-in/google", "POST /sign-in/microsoft"},
    "goes on with what a fresh sign-in of this browser has begun": {"POST /connect/confirm"},
    "asks somebody else for something": {
        "POST /connect/google/administrator",
        "POST /connect/microsoft/administrator",
        "POST /assistant/proposals",
        "POST /api/v1/proposals",
        "POST /invitations/{token}/acceptance",
        "POST /invitations/{token}/team",
    },
    "is the daily work, under a grant or of the owner's own": {
        f"PATCH {API}/messages/{{message_id:uuid}}/labels",
        f"PUT {API}/messages/{{message_id:uuid}}/folder",
        f"POST {API}/drafts",
        f"PATCH {API_DRAFT}",
        f"DELETE {API_DRAFT}",
        f"PUT {API_DRAFT}/approval",
        f"POST {API}/scheduled",
        f"POST {API}/senders",
        f"PUT {API}/hours",
        f"PUT {API}/sending-limit",
        f"POST {OWNER}/sending-limit",
        f"POST {OWNER}/hours",
        f"POST {OWNER}/hours/{{hours_id:uuid}}/removal",
        "POST /assistant/hours",
        f"DELETE {API}/hours/{{hours_id:uuid}}",
        "PUT /api/v1/person/hours",
        f"POST {API}/private-labels",
        f"DELETE {API}/private-labels/{{label_id:uuid}}",
        f"POST {OWNER}/private-labels",
        f"POST {OWNER}/private-labels/{{label_id:uuid}}/removal",
        f"DELETE {API}/senders/{{rule_id:uuid}}",
        f"PATCH {API}",
        "PUT /api/v1/notices/{notice_id:uuid}/read",
        f"POST {OWNER}/zone",
        f"POST {OWNER}/senders",
        f"POST {OWNER}/senders/{{rule_id:uuid}}/removal",
        f"POST {OWNER_DRAFT}/approval",
        f"PUT {API}/audit/{{number:int}}/reversal",
        f"POST {OWNER}/audit/{{number:int}}/undo",
        f"POST {ASSISTANT}/audit/{{number:int}}/undo",
        f"POST {MESSAGE}/labels",
        f"POST {MESSAGE}/folder",
        f"POST {MESSAGE}/draft",
        f"POST {DRAFT}",
        f"POST {DRAFT}/removal",
        f"POST {DRAFT}/hour",
        f"POST {DRAFT}/best",
        f"POST {DRAFT}/departure",
        f"PUT {API}/handover",
        f"POST {ASSISTANT}/handover",
        "PUT /api/v1/teams/{access_id:uuid}/members/{member_id:uuid}/handover",
        "POST /team/{access_id:uuid}/members/{member_id:uuid}/handover",
        "POST /owner/zone",
        "POST /notices/read",
        "POST /notices/{notice_id:uuid}/read",
    },
}
SOMETIMES = {f"PUT {API_GRANT}/status"}  # to pause never, to resume always

FRESH_ROUTES = frozenset().union(*NEEDS_FRESH.values())
OTHERS = frozenset().union(*NEVER.values())


def test_the_table_knows_every_unsafe_route_and_no_other() -> None:
    there = {ids(route) for route in UNSAFE}
    listed = FRESH_ROUTES | OTHERS | SOMETIMES
    assert there - listed == set(), "say in this table whether it needs a fresh sign-in, and why"
    assert listed - there == set(), "no longer there"
    counted = [*NEEDS_FRESH.values(), *NEVER.values(), SOMETIMES]
    assert sum(len(each) for each in counted) == len(listed)


@pytest.mark.parametrize("route", UNSAFE, ids=ids)
def test_a_route_asks_for_a_fresh_sign_in_as_the_table_says(route: Route) -> None:
    assert (deps.fresh_person in route.needs) == (ids(route) in FRESH_ROUTES)


async def _called(browser: Browser, route: Route, mailbox: Mailbox) -> tuple[int, str]:
    if "{mailbox_id" in route.path:
        return await answers_at(browser, route, mailbox.id)
    data = {"mailbox_id": str(mailbox.id), "until": "2027-01-01", "csrf": browser.token}
    headers = {"accept": "application/json", "origin": ORIGIN, "x-csrf-token": browser.token}
    answer = await browser.http.request(route.method, route.address, data=data, headers=headers)
    return answer.status_code, answer.json()["code"] if answer.status_code >= 400 else ""


async def test_with_an_old_sign_in_exactly_these_steps_are_sent_away(
    as_alice: Browser, as_bob: Browser, granted: Grant, mailbox: Mailbox
) -> None:
    """Whatever is in the request: nobody has to fill in a form to be told."""
    clock.move(FRESH)
    for route in UNSAFE:
        if ids(route) in SOMETIMES or "/sign-out" in route.path or "/session" in route.path:
            continue
        browser = as_bob if route.path.startswith("/assistant/") or route.path.endswith("/keys") else as_alice
        told = await _called(browser, route, mailbox)
        assert (told == (401, "sign_in_again")) == (ids(route) in FRESH_ROUTES), (ids(route), told)


async def test_to_pause_no_fresh_sign_in_is_needed_to_resume_it_is(
    as_alice: Browser, granted: Grant, mailbox: Mailbox
) -> None:
    at = f"/mailboxes/{mailbox.id}/grants/{granted.id}/status"
    clock.move(FRESH)
    assert (await good(as_alice, "PUT", at, {"status": "paused"}))["status"] == "paused"
    assert await refused(as_alice, "PUT", at, {"status": "active"}) == (401, "sign_in_again")
    assert (await good(as_alice, "PUT", at, {"status": "paused"}))["status"] == "paused"


async def owner_of(resources: Resources, mailbox: Mailbox) -> Desk:
    return await open_desk(resources, mailbox.owner_id, mailbox.id, surface="test")


async def test_with_an_old_sign_in_nothing_is_given(
    *, as_alice: Browser, as_bob: Browser, bob: Person, mailbox: Mailbox, resources: Resources
) -> None:
    terms = {"scopes": ["mail.read"], "until": clock.now() + timedelta(days=7)}
    owner = await owner_of(resources, mailbox)
    offer, token = await invite.invite(owner, **terms, language="en", needs_approval=NeedsApproval.ALWAYS)
    await accept.accept(resources, bob.id, token)
    _proposal, proposed = await propose.propose(resources, bob.id, **terms, message="Shall I?")
    clock.move(FRESH)
    form = {"scopes": "mail.read", "until": terms["until"].date().isoformat(), "mailbox_id": str(mailbox.id)}
    for path in (
        f"/owner/mailboxes/{mailbox.id}/invitations/{offer.id}/confirmation",
        f"/invitations/{proposed}/grant",
    ):
        answer = await as_alice.post(path, form if "grant" in path else {})
        assert answer.status_code == 401
        assert "Nothing has been done yet" in text_of(answer)
    assert (await as_bob.get(f"/assistant/mailboxes/{mailbox.id}")).status_code == 404
