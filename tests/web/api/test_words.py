"""What can be granted in words, for panes and sidebars; private labels and agreements for programs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.access.acts import OFFERED
from app.access.levels import LEVELS
from app.access.scopes import SCOPES, TEXT_VERSION
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.sandbox.sandbox import Sandbox
from tests.people import ALICE
from tests.web.api.calls import good, listed, refused
from tests.web.browser import Browser


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


async def test_V1_anybody_reads_the_table_of_rights_and_levels(stranger: Browser, sandbox: Sandbox) -> None:
    table = await good(stranger, "GET", "/scopes")
    assert [row["scope"] for row in table["scopes"]] == [scope.value for scope in SCOPES]
    assert {row["scope"] for row in table["scopes"] if row["offered"]} == {scope.value for scope in OFFERED}
    assert [row["level"] for row in table["levels"]] == [level.value for level in LEVELS]
    assert table["text_version"] == TEXT_VERSION
    diary = table["levels"][0]
    assert diary["sentences"][0] == "Only mail about appointments or with invitations"
    assert diary["conditions"]["kinds"] == ["appointment", "invitation"]
    assert sandbox.ledger.entries == []


async def test_the_table_speaks_the_callers_language(stranger: Browser) -> None:
    english, spanish = [await good(stranger, "GET", f"/scopes?lang={lang}") for lang in ("en", "es")]
    told = [{row["says"] for part in ("scopes", "levels") for row in table[part]} for table in (english, spanish)]
    assert not told[0] & told[1]
    assert [row["scope"] for row in english["scopes"]] == [row["scope"] for row in spanish["scopes"]]


async def test_a_level_is_given_as_it_stands_in_the_table(as_alice: Browser, at: str) -> None:
    until = str(clock.now() + timedelta(days=9))
    for row in (await good(as_alice, "GET", "/scopes"))["levels"]:
        wanted = {name: row[name] for name in ("scopes", "needs_approval", "conditions")}
        offer = await good(as_alice, "POST", f"{at}/invitations", wanted | {"until": until})
        assert {name: offer[name] for name in wanted} == wanted, row["level"]


async def test_V1_an_agreement_holds_the_sentences_of_conditions(as_alice: Browser, as_bob: Browser, at: str) -> None:
    until = str(clock.now() + timedelta(days=9))
    offer = {"scopes": ["mail.list"], "until": until, "conditions": {"senders": ["@customer.example"]}}
    made = await good(as_alice, "POST", f"{at}/invitations", offer)
    answer = await as_bob.post(f"/invitations/{made['link'].rpartition('/')[2]}/acceptance")
    assert answer.status_code == 303
    grant = await good(as_alice, "PUT", f"{at}/invitations/{made['id']}/confirmation")
    for agreement in await listed(as_bob, f"{at}/grants/{grant['id']}/agreements"):
        assert agreement["sentences"][1:] == [
            "Only mail from @customer.example",
            "The owner approves every reply before it leaves",
        ]


async def test_V15_private_labels_are_listed_marked_and_taken_off(as_alice: Browser, at: str, sandbox: Sandbox) -> None:
    sandbox.mailbox(ALICE[0]).labels.create("Family", {})
    family = await good(as_alice, "POST", f"{at}/private-labels", {"label": "Family"})
    gone = await good(as_alice, "POST", f"{at}/private-labels", {"label": "Gone"})
    assert (family["in_mailbox"], gone["in_mailbox"]) == (True, False)
    again = await good(as_alice, "POST", f"{at}/private-labels", {"label": "Family"})
    assert again["id"] == family["id"]
    assert await listed(as_alice, f"{at}/private-labels") == [family, gone]
    await good(as_alice, "DELETE", f"{at}/private-labels/{family['id']}")
    assert await listed(as_alice, f"{at}/private-labels") == [gone]
    assert await refused(as_alice, "DELETE", f"{at}/private-labels/{family['id']}") == (404, "not_found")


@pytest.mark.parametrize("label", ["", " ", "a\u202eb", "x" * 226])
async def test_what_is_no_label_is_refused(as_alice: Browser, at: str, label: str) -> None:
    assert (await refused(as_alice, "POST", f"{at}/private-labels", {"label": label}))[0] in (400, 422)


async def test_private_labels_are_no_business_of_others(
    as_bob: Browser, as_charlie: Browser, granted: Grant, at: str
) -> None:
    for method, body in (("GET", None), ("POST", {"label": "Family"})):
        assert (await refused(as_bob, method, f"{at}/private-labels", body))[0] == 403
        assert (await refused(as_charlie, method, f"{at}/private-labels", body))[0] == 404


async def test_the_preview_counts_by_sender(as_alice: Browser, at: str) -> None:
    found = await good(as_alice, "GET", f"{at}/preview")
    assert found["senders"] == {"client@customer.example": 1, "mother@family.example": 1, "news@letter.example": 1}
