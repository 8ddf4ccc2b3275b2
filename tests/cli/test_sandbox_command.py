"""`sandbox`: the practice Gmail and Outlook alone, for whoever tests against them."""

from __future__ import annotations

import json
import re
import signal

import httpx2
import pytest

from tests.sandbox.mail_files.make_mbox import make_mbox


@pytest.mark.crash
def test_it_serves_somebodys_own_mail_and_fails_as_planned(start, ground):
    make_mbox(ground / "own.mbox", 12, broken=2)
    fault = {"provider": "gmail", "method": "GET", "path": "*/messages", "fault": "status_503", "times": 1}
    (ground / "faults.json").write_text(json.dumps([fault]))
    own, faults = str(ground / "own.mbox"), str(ground / "faults.json")
    running = start("sandbox", "--port", "0", "--mail", own, "--faults", faults)
    running.until(lambda: "Practice Graph is at" in running.err)
    origin = re.findall(r"http://[\w.]+:\d+", running.err)[-1]
    with httpx2.Client(base_url=origin) as http:
        accounts = http.get("/_accounts").json()
        assert [each["provider"] for each in accounts] == ["gmail", "graph"]
        assert http.get("/v1.0/me").json()["error"]["code"] == "InvalidAuthenticationToken"
        assert http.get("/gmail/v1/users/me/messages").status_code == 503
        assert http.get("/gmail/v1/users/me/messages").status_code == 401
        seen = [entry["status"] for entry in http.get("/_ledger").json()]
        assert seen == [401, 503, 401]
    said = running.told(signal.SIGTERM)
    assert said.code in (0, 143)
    assert "Traceback" not in said.err
    assert "12 mails read, 2 unreadable" in said.err


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", '[{"fault": "melt"}]', '[{"provider": "gmail", "fault": "hang", "seconds": "long"}]', "\0\xff"],
)
def test_wrong_faults_are_one_sentence_that_names_the_file(deskhand, ground, text):
    (ground / "faults.json").write_bytes(text.encode("latin-1"))
    said = deskhand("sandbox", "--faults", str(ground / "faults.json"), "--port", "0")
    assert said.code == 1
    assert str(ground / "faults.json") in said.sentence


def test_a_faults_file_that_is_not_there_is_named(deskhand, ground):
    said = deskhand("sandbox", "--faults", str(ground / "nowhere.json"), "--port", "0")
    assert said.code == 1
    assert "No such file" in said.sentence
