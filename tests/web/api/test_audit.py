"""The audit over the API: read, picked, taken out as a file that a stranger can check, and undone."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app import clock
from app.actions.audit import MINUTE
from app.actions.resources import Resources
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.rules import chain
from app.rules.tables import FORMULAS
from app.web.log_files import COLUMNS
from tests.actions.situations import TERRACE
from tests.people import CLIENT, make_grant
from tests.web.api.calls import good, ids_by_subject, problem_of, refused
from tests.web.browser import Browser

ROOT = Path(__file__).parents[3]


@pytest.fixture
def at(mailbox: Mailbox) -> str:
    """Alice's mailbox in the API."""
    return f"/mailboxes/{mailbox.id}"


@pytest.fixture
async def granted(resources: Resources, mailbox: Mailbox, bob: Person) -> Grant:
    """What Bob may do."""
    return await make_grant(resources, mailbox, bob, scopes=("mail.read", "label", "archive", "trash", "draft"))


async def entries(browser: Browser, at: str, query: str = "") -> list[dict[str, Any]]:
    """Return the newest entries."""
    found: list[dict[str, Any]] = (await good(browser, "GET", f"{at}/audit?{query}"))["entries"]
    return found


async def exported(browser: Browser, at: str, query: str = "") -> Any:
    """Return the exported chain."""
    answer = await browser.api("GET", f"{at}/audit/export?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def worked(as_bob: Browser, at: str) -> str:
    """Bob labels, archives and drafts; return the message."""
    message = (await ids_by_subject(as_bob, at))[TERRACE]
    await good(as_bob, "PATCH", f"{at}/messages/{message}/labels", {"add": ["=1+1", "Clients"]})
    await good(as_bob, "PUT", f"{at}/messages/{message}/folder", {"folder": "archive"})
    await good(as_bob, "POST", f"{at}/drafts", {"message_id": message, "text": "Yes."})
    return message


async def test_an_entry_tells_its_sign_in_its_recipients_and_whether_it_can_be_undone(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    await worked(as_bob, at)
    found = {(each["action"], each["phase"]): each for each in await entries(as_alice, at)}
    assert found["draft", "end"]["recipients"] == [CLIENT]
    assert found["label", "end"]["login_id"] == found["archive", "end"]["login_id"]
    assert found["label", "end"]["surface"] == "api"
    undoable = {key for key, each in found.items() if each["can_be_undone"]}
    assert undoable == {("label", "end"), ("archive", "end")}


async def test_an_assistant_reads_her_own_acts_without_recipients(
    as_alice: Browser, as_bob: Browser, bob: Person, granted: Grant, at: str
) -> None:
    message = await worked(as_bob, at)
    await good(as_alice, "PATCH", f"{at}/messages/{message}/labels", {"add": ["Alices"]})
    hers = await entries(as_bob, at)
    assert {each["actor_id"] for each in hers} == {str(bob.id)}
    assert {"label", "archive", "draft"} <= {each["action"] for each in hers}
    assert not any(each["recipients"] for each in hers)
    assert await refused(as_bob, "GET", f"{at}/audit/verification") == (403, "owner_only")


async def test_the_log_is_picked_by_kind_by_day_by_message_and_by_what_was_refused(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    message = await worked(as_bob, at)
    other = (await ids_by_subject(as_bob, at))["Garden news"]
    await good(as_bob, "PATCH", f"{at}/messages/{other}/labels", {"add": ["News"]})
    await refused(as_bob, "GET", f"{at}/messages?folder=spam")
    today = clock.now().date()

    async def actions(query: str) -> set[str]:
        return {each["action"] for each in await entries(as_alice, at, query)}

    assert await actions("kind=tidying") == {"label", "archive"}
    assert await actions("kind=replies") == {"draft"}
    assert "connect" in await actions("kind=access")
    await good(as_alice, "GET", f"{at}/audit/export?format=json")
    assert await actions("kind=other") == {"export_log"}
    assert await actions(f"message={other}") == {"label"}
    assert await actions(f"message={message}") == {"label", "archive", "draft"}
    assert await actions("refused=true") == {"list_spam"}
    assert await actions(f"since={today}&until={today}") >= {"label", "archive"}
    assert await actions(f"until={today - timedelta(days=1)}") == set()
    assert await actions(f"since={today + timedelta(days=1)}") == set()
    for wrong in ("kind=everything", "since=yesterday", "since=9999-12-31", "message=x", "unknown=1"):
        assert (await as_alice.api("GET", f"{at}/audit?{wrong}")).status_code == 422, wrong


async def test_days_are_the_owners_own(as_alice: Browser, at: str) -> None:
    """On Kiritimati it is always a day later than in Honolulu, whatever the hour: they are 24 hours apart."""
    days = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"):
        await good(as_alice, "PATCH", at, {"zone": zone})
        found = [
            day
            for offset in (-1, 0, 1)
            if await entries(
                as_alice, at, f"since={(day := clock.now().date() + timedelta(days=offset))}&until={day}&kind=access"
            )
        ]
        (days[zone],) = found
    assert days["Pacific/Kiritimati"] == days["Pacific/Honolulu"] + timedelta(days=1)


async def test_a_cursor_belongs_to_what_was_asked_for(as_alice: Browser, at: str) -> None:
    for number in range(60):
        await good(as_alice, "POST", f"{at}/senders", {"sender": f"x{number}@y.example"})
    first = await good(as_alice, "GET", f"{at}/audit?kind=access")
    assert len(first["entries"]) == 100
    rest = await good(as_alice, "GET", f"{at}/audit?kind=access&cursor={first['cursor']}")
    assert (len(rest["entries"]), rest["cursor"]) == (21, "")  # with the connecting
    assert await refused(as_alice, "GET", f"{at}/audit?cursor={first['cursor']}") == (400, "bad_request")


async def test_the_exported_chain_is_whole_and_says_that_it_was_exported(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    await worked(as_bob, at)
    log = await exported(as_alice, at, "kind=replies")  # a chain is always whole, whatever is asked for
    count, bad = chain.broken_in(log)
    assert (bad, count) == (None, log["end"]["seq"])
    newest = [each["said"] for each in log["entries"]][-2:]
    assert [(each["action"], each["phase"], each["reason"]) for each in newest] == [
        ("export_log", "begin", "json"),
        ("export_log", "end", "json"),
    ]
    drafts = [each for each in log["entries"] if each["said"]["action"] == "draft" and each["said"]["phase"] == "end"]
    assert drafts[0]["shown"]["recipients"] == [CLIENT]
    assert CLIENT not in json.dumps(drafts[0]["said"])
    assert TERRACE not in json.dumps(log)


@pytest.mark.parametrize(
    "tampered",
    [
        lambda log: log["entries"][3]["said"].update(action="read"),
        lambda log: log["entries"][3]["said"].update(at=1.5),
        lambda log: log["entries"].pop(3),
        lambda log: log["entries"].pop(),
        lambda log: log["entries"].insert(2, log["entries"][3]),
        lambda log: log["entries"][3].update(hash="00" * 32),
        lambda log: log["entries"][0]["said"].update(prev_hash="11" * 32),
        lambda log: log["end"].update(seq=2),
    ],
)
async def test_a_stranger_checks_the_file_with_what_the_page_about_it_says(
    as_alice: Browser, as_bob: Browser, granted: Grant, *, at: str, tmp_path: Path, tampered: Any
) -> None:
    """The lines of Python in docs/audit-log.md, run by themselves."""
    await worked(as_bob, at)
    log = await exported(as_alice, at, "lang=fr")
    (lines,) = re.findall(r"```python\n(.+?)```", (ROOT / "docs/audit-log.md").read_text(), re.S)
    program, file = tmp_path / "check.py", tmp_path / "log.json"
    program.write_text(lines)

    def checked() -> tuple[int, str]:
        file.write_text(json.dumps(log))
        ran = subprocess.run(
            [sys.executable, "-I", str(program), str(file)], capture_output=True, text=True, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr

    assert checked() == (0, f"{log['end']['seq']} entries, the chain is whole\n")
    assert chain.broken_in(log)[1] is None
    tampered(log)
    code, said = checked()
    assert code == 1
    assert said == f"broken at entry {chain.broken_in(log)[1]}\n"


async def test_T21_no_cell_of_the_table_is_a_formula(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    await worked(as_bob, at)
    answer = await as_alice.api("GET", f"{at}/audit/export?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="deskhand-log-[\d-]+\.csv"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text[1:]))
    assert tuple(head) == COLUMNS
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULAS)]
    by_action = {row[head.index("action")]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_action["label"]["labels"] == "'+=1+1 +Clients"
    assert by_action["draft"]["recipients"] == CLIENT
    assert by_action["label"]["who"] == "Bob Brun"
    assert text.count("\r\n") == len(rows) + 1


async def test_the_table_holds_what_was_asked_for_in_the_language_that_was_asked_for(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    await worked(as_bob, at)
    answer = await as_alice.api("GET", f"{at}/audit/export?format=csv&kind=tidying&lang=fr")
    head, *rows = csv.reader(io.StringIO(answer.content.decode()[1:]))
    assert {row[head.index("action")] for row in rows} == {"label", "archive"}
    assert any("a archivé un message" in row[head.index("sentence")] for row in rows)


async def test_a_long_log_is_taken_out_in_parts_without_a_gap(as_alice: Browser, at: str) -> None:
    for number in range(270):
        await good(as_alice, "POST", f"{at}/senders", {"sender": f"x{number}@y.example"})
    log = await exported(as_alice, at)
    assert len(log["entries"]) > 500
    assert chain.broken_in(log) == (log["end"]["seq"], None)


async def test_what_was_refused_over_and_over_is_told_before_the_log_is_taken_out(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    for _ in range(3):
        await refused(as_bob, "GET", f"{at}/messages?folder=spam")
    clock.move(MINUTE)
    log = await exported(as_alice, at)
    counted = [each for each in log["entries"] if each["said"].get("times")]
    assert [each["said"]["times"] for each in counted] == [2]
    assert "2 ×" in counted[0]["shown"]["sentence"]


async def test_only_the_owner_takes_the_log_out_and_only_with_a_fresh_sign_in(
    as_alice: Browser, as_bob: Browser, granted: Grant, at: str
) -> None:
    assert await refused(as_bob, "GET", f"{at}/audit/export") == (403, "owner_only")
    denied = [each for each in await entries(as_alice, at, "refused=true") if each["action"] == "export_log"]
    assert len(denied) == 1
    clock.move(timedelta(minutes=6))
    answer = await as_alice.api("GET", f"{at}/audit/export")
    assert (answer.status_code, problem_of(answer)) == (401, "sign_in_again")


async def test_V57_an_act_is_undone_by_its_entry(as_alice: Browser, as_bob: Browser, granted: Grant, at: str) -> None:
    message = await worked(as_bob, at)
    found = {(each["action"], each["phase"]): each["seq"] for each in await entries(as_bob, at)}
    back = await good(as_bob, "PUT", f"{at}/audit/{found['archive', 'end']}/reversal")
    assert (back["id"], back["folder"]) == (message, "inbox")
    cleared = await good(as_alice, "PUT", f"{at}/audit/{found['label', 'end']}/reversal")
    assert cleared["labels"] == []
    assert await refused(as_bob, "PUT", f"{at}/audit/{found['archive', 'end']}/reversal") == (409, "conflict")
    newest = (await entries(as_alice, at))[0]
    assert newest["undoes"] == found["label", "end"]
    assert newest["sentence"].endswith(f"This undid entry {found['label', 'end']}.")
    assert [each["seq"] for each in await entries(as_alice, at) if each["undone"]] == [
        found["archive", "end"],
        found["label", "end"],
    ]


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", quote("1/../2", safe=""), "99999999999999999999"])
async def test_a_number_that_is_no_entry_is_not_there(as_alice: Browser, at: str, number: str) -> None:
    assert (await as_alice.api("PUT", f"{at}/audit/{number}/reversal")).status_code in (404, 405)


async def test_what_is_no_change_of_a_message_cannot_be_undone(as_alice: Browser, at: str) -> None:
    assert await refused(as_alice, "PUT", f"{at}/audit/1/reversal") == (400, "bad_request")
