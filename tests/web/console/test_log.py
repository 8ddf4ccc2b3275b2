"""The log as Alice reads it: a sentence for each act, by person, back to the first, and proof that none is missing."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app import clock
from app.db.embedded import Cluster
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.rules.chain import broken_in
from tests.web.browser import Browser, text_of
from tests.web.console.story import link_to, opened, pressed


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """The owner's page of Alice's mailbox."""
    return f"/owner/mailboxes/{mailbox.id}"


def sentences(text: str) -> list[str]:
    return re.findall(r"<li class=\"\w+\">\s*<p>([^<]+)</p>", text)


async def test_each_act_is_one_line(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    bobs = f"/assistant/mailboxes/{mailbox.id}"
    message = link_to(await opened(as_bob, bobs), "/messages/")
    await as_bob.post(f"{message}/labels", new="Clients")
    await as_bob.post(f"{message}/folder", to="archive")
    await as_alice.post(f"{at}/grants/{granted.id}/pause")
    await as_bob.post(f"{message}/folder", to="trash")
    said = sentences((await opened(as_alice, f"{at}/audit")).text)
    assert "Refused." in said[0]
    assert [line.partition(" Refused.")[0] for line in said[:5]] == [
        "Bob Brun wanted to put a message into the trash.",
        "Alice Amsel paused an access.",
        "Bob Brun archived a message.",
        "Bob Brun changed the labels of a message: +Clients.",
        "Bob Brun looked through the messages.",
    ]


async def test_one_persons_acts_can_be_picked(
    *, as_alice: Browser, as_bob: Browser, bob: Person, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}")
    page = await opened(as_alice, f"{at}/audit", actor=str(bob.id))
    assert all(line.startswith("Bob Brun") for line in sentences(page.text))
    assert f'<option value="{bob.id}" selected>' in page.text
    everybody = await opened(as_alice, f"{at}/audit?actor=")
    assert any(line.startswith("Alice Amsel") for line in sentences(everybody.text))


async def test_the_log_goes_back_to_its_beginning(as_alice: Browser, at: str) -> None:
    for number in range(50):
        await as_alice.post(f"{at}/senders", sender=f"x{number}@y.example", private="yes")
    page = await opened(as_alice, f"{at}/audit")
    found = sentences(page.text)
    assert len(found) == 50  # a hundred entries, told by their ends
    page = await opened(as_alice, link_to(page, "audit?after="))
    found += sentences(page.text)
    assert found[-1] == "Alice Amsel connected the mailbox."
    assert "Older entries" not in text_of(page)
    assert len(found) == 51


async def test_the_chain_is_checked_on_demand(as_alice: Browser, at: str, database_url: str, cluster: Cluster) -> None:
    await as_alice.post(f"{at}/senders", sender="x@y.example", private="yes")
    page = await opened(as_alice, f"{at}/audit")
    assert "The chain is whole" not in text_of(page)
    checked = await opened(as_alice, link_to(page, "check=true"))
    assert "The chain is whole" in text_of(checked)
    database = str(conninfo_to_dict(database_url)["dbname"])
    with psycopg.connect(cluster.admin_url, dbname=database, autocommit=True) as admin:
        admin.execute("alter table audit_entry disable trigger all")
        admin.execute("delete from audit_entry where seq = 2")
    broken = await opened(as_alice, f"{at}/audit", check="true")
    assert "The chain is broken at entry 2" in text_of(broken)


@pytest.mark.parametrize("parameters", [{"after": "invented"}, {"after": "AAAA"}])
async def test_a_page_of_the_log_that_does_not_exist_is_no_crash(
    as_alice: Browser, at: str, parameters: dict[str, str]
) -> None:
    assert (await as_alice.get(f"{at}/audit", actor="nobody")).status_code == 422
    answer = await as_alice.get(f"{at}/audit", **parameters)
    assert answer.status_code == 400
    assert "Begin again without one" in text_of(answer)


async def test_the_owner_picks_what_she_wants_to_read(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    bobs = f"/assistant/mailboxes/{mailbox.id}"
    message = link_to(await opened(as_bob, bobs), "/messages/")
    await as_bob.post(f"{message}/labels", new="Clients")
    await as_alice.post(f"{at}/grants/{granted.id}/pause")
    await as_bob.post(f"{message}/folder", to="trash")
    today = clock.now().date()
    page = await opened(as_alice, f"{at}/audit", kind="tidying", since=str(today), until=str(today))
    assert all("labels" in line or "trash" in line for line in sentences(page.text))
    assert f'name="since" type="date" value="{today}"' in page.text
    assert '<option value="tidying" selected>' in page.text
    refused = await opened(as_alice, f"{at}/audit", refused="true", kind="", actor="", since="", until="")
    assert len(sentences(refused.text)) == 1
    history = await opened(as_alice, link_to(page, "audit?message="))
    assert "What was done to one message." in text_of(history)
    assert any("Clients" in line for line in sentences(history.text))
    nothing = await opened(as_alice, f"{at}/audit", until="2001-01-01")
    assert "Nothing like this has been done here yet." in text_of(nothing)


async def test_V57_the_owner_undoes_from_the_log_what_her_assistant_did(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    message = link_to(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"), "/messages/")
    await as_bob.post(f"{message}/labels", new="Clients")
    page = await pressed(as_alice, await opened(as_alice, f"{at}/audit"), "Undo")
    assert "Undone." in text_of(page)
    newest, older = sentences(page.text)[:2]
    assert newest.startswith("Alice Amsel changed the labels of a message: −Clients. This undid entry ")
    assert older == "Bob Brun changed the labels of a message: +Clients."
    assert "undone since" in text_of(page)
    assert "Clients" not in text_of(await opened(as_bob, message))
    again = await pressed(as_alice, page, "Undo")  # an undo can be undone
    assert sentences(again.text)[0].startswith("Alice Amsel changed the labels of a message: +Clients.")


@pytest.mark.parametrize("lang", ["es", "fr", "en"])
async def test_the_log_is_taken_out_from_the_page(as_alice: Browser, at: str, lang: str) -> None:
    page = await opened(as_alice, f"{at}/audit", kind="other", lang=lang)
    table = await as_alice.get(link_to(page, "form=csv"))
    assert "kind=other" in link_to(page, "form=csv")
    assert table.headers["content-type"].startswith("text/csv")
    whole = await as_alice.get(link_to(page, "form=json"))
    assert broken_in(whole.json())[1] is None


async def test_whoever_has_not_signed_in_lately_comes_back_to_the_log(as_alice: Browser, at: str) -> None:
    clock.move(timedelta(minutes=6))
    answer = await as_alice.get(f"{at}/audit/export")
    assert answer.status_code == 401
    assert 'name="return_to" value="log"' in answer.text
    assert "content-disposition" not in answer.headers


async def test_a_letters_addresses_stand_beside_it_for_the_owner(
    *, as_alice: Browser, as_bob: Browser, granted: Grant, at: str, mailbox: Mailbox
) -> None:
    path = link_to(await opened(as_bob, f"/assistant/mailboxes/{mailbox.id}"), "/messages/")
    await as_bob.post(f"{path}/draft", text="Yes.", key="1")
    page = text_of(await opened(as_alice, f"{at}/audit", kind="replies"))
    assert re.search(r"Bob Brun wrote a draft of a reply\.\s+To \w+@[\w.]+", page)
