"""The log as Alice reads it: a sentence for each act, by person, back to the first, and proof that none is missing."""

from __future__ import annotations

import re

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from app.db.embedded import Cluster
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from tests.web.browser import Browser, text_of
from tests.web.console.story import link_to, opened


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
