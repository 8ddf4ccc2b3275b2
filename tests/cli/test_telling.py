"""How the story is told, and the small browser with which its people walk through our pages."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from app.cli.demo.pages import forms_of
from app.cli.demo.place import as_environment, practising, story_settings
from app.cli.demo.scene import expect, next_time, wall
from app.cli.demo.stage import GMAIL, GRAPH
from app.cli.demo.telling import Spoken, StoryBroken, Written
from app.locale.catalogues import language
from app.settings import Settings, load

LEFT = {"kind": "send", "message": "m", "thread": "t", "labels_added": ["SENT"]}
SENT = {"n": 2, "provider": "gmail", "effect": LEFT}
READ = {"n": 1, "provider": "gmail", "effect": None}
ELSEWHERE = {"n": 3, "provider": "graph", "effect": LEFT}
COUNTS = {"label": 1, "draft": 2, "send": 1, "after_revoke": 0}
TOTALS = {"gmail": COUNTS, "graph": COUNTS, "unreadable": 3}


def spoken(code: str = "en") -> tuple[Spoken, io.StringIO]:
    page = io.StringIO()
    return Spoken(language(code).gettext, Console(file=page, highlight=False, soft_wrap=True)), page


def test_a_step_tells_what_gmail_saw_of_it():
    teller, page = spoken()
    teller.step(9, "it leaves once", [READ, SENT, ELSEWHERE])
    effect, step = page.getvalue().splitlines()
    assert effect.strip().startswith("Gmail: a letter was sent")
    assert step.startswith(" 9 ✓ it leaves once")
    assert "2" in step.removeprefix(" 9 ")


def test_told_again_at_another_provider_the_steps_say_enough():
    teller, page = spoken()
    for stage in (GMAIL, GRAPH):
        teller.turn(stage, f"On {stage.product}:")
        teller.says("She signs in.")
        teller.step(1, "a label", [SENT, ELSEWHERE])
    teller.end(dict(TOTALS))
    teller.says("Now it is yours.")
    *told, _, _, last = page.getvalue().splitlines()
    assert last == "   Now it is yours."
    assert [line.strip().partition(":")[0] for line in told] == [
        "On Gmail", "She signs in.", "Gmail", "1 ✓ a label  (calls to Gmail",
        "On Outlook", "Outlook", "1 ✓ a label  (calls to Outlook",
    ]  # fmt: skip


def test_after_the_story_the_reader_is_told_where_to_go_on():
    teller, page = spoken()
    teller.turn(GRAPH, "The same on Outlook:")
    teller.end(dict(TOTALS))
    teller.says("Now it is yours")
    assert "Now it is yours" in page.getvalue().splitlines()[-1]


def test_a_strangers_subject_is_no_markup():
    teller, page = spoken()
    teller.says("Subject: [bold red]now[/] [link=x]")
    assert page.getvalue() == "   Subject: [bold red]now[/] [link=x]\n"


@pytest.mark.parametrize("code", ["es", "fr"])
def test_the_story_is_told_in_the_readers_language(code):
    english, page = spoken()
    english.end(dict(TOTALS))
    theirs, other = spoken(code)
    theirs.end(dict(TOTALS))
    assert page.getvalue() != other.getvalue()
    assert [word in other.getvalue() for word in ("Gmail", "Outlook")] == [True, True]


def test_programs_get_one_object_a_line_and_no_word_more(capsys):
    teller = Written()
    teller.begin("Deskhand")
    teller.says("Ñandú\nsays")
    teller.step(1, "ñ\nb", [READ, SENT])
    teller.end(dict(TOTALS))
    teller.turn(GRAPH, "On Outlook:")
    teller.step(1, "b", [])
    step, end, outlook = map(json.loads, capsys.readouterr().out.splitlines())
    assert step == {"step": 1, "name": "ñ\nb", "ok": True, "provider": "gmail", "ledger": [READ, SENT]}
    assert end == {"totals": {"gmail": COUNTS, "graph": COUNTS}, "unreadable": 3, "ok": True}
    assert outlook["provider"] == "graph"


def test_what_is_not_so_breaks_the_story():
    expect([1], "fine")
    with pytest.raises(StoryBroken, match="nothing left at nine"):
        expect([], "nothing left at nine")


@given(
    st.integers(1_704_067_200, 1_893_456_000),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["America/Santiago", "Europe/Paris", "Asia/Kathmandu"]),
)
def test_the_next_time_is_ahead_and_shows_on_the_wall(begin, hour, minute, zone):
    after = datetime.fromtimestamp(begin, UTC)
    found = next_time(zone, hour, minute, after=after)
    assert found > after
    assert found - after <= timedelta(hours=25)
    assert found.tzinfo == ZoneInfo(zone)
    assert wall(found).endswith(f"T{hour:02}:{minute:02}")


PAGE = """
<form action="/search"><input name="q" value="a &amp; b"></form>
<input name="outside" value="no">
<form method="POST" action="/connect/confirm">
  <input type="hidden" name="csrf" value="t&quot;1">
  <input type="checkbox" name="mail.read" value="yes" checked>
  <input type="checkbox" name="send" value="yes">
  <input type="radio" name="approval" value="always" checked><input type="radio" name="approval" value="never">
  <select name="zone"><option value="UTC">UTC<option value="America/Santiago" selected>Santiago</select>
  <select name="language"><option value="es">Español<option value="fr">Français</select>
  <button name="answer" value="connect">Connect</button><input type="submit" name="answer" value="no">
</form>
"""


def test_a_form_is_filled_as_a_browser_would_send_it():
    search, confirm = forms_of(PAGE)
    assert (search.action, search.method, search.fields) == ("/search", "get", {"q": "a & b"})
    assert (confirm.action, confirm.method) == ("/connect/confirm", "post")
    assert confirm.fields == {
        "csrf": 't"1',
        "mail.read": "yes",
        "approval": "always",
        "zone": "America/Santiago",
        "language": "es",
    }


@given(st.text(max_size=300))
def test_no_page_breaks_the_browser(html):
    forms_of(html)


def test_the_story_takes_nothing_from_its_surroundings(monkeypatch, tmp_path):
    monkeypatch.setenv("DESKHAND_DATABASE_URL", "postgresql://real.example/deskhand")
    monkeypatch.setenv("DESKHAND_GMAIL_API_URL", "https://gmail.example/")
    monkeypatch.setenv("DESKHAND_GOOGLE_CLIENT_SECRET", "real")
    settings = practising(story_settings(tmp_path, 8025), "http://127.0.0.1:4711")
    assert settings.practice
    assert settings.data_dir == tmp_path
    assert settings.database_url.get_secret_value() == ""
    assert settings.google_client_secret.get_secret_value() == "practice"
    ours = ("google", "gmail", "microsoft", "graph")
    urls = [value for name, value in settings if name.startswith(ours) and "://" in str(value)]
    assert len(urls) == 8
    assert all(url.startswith("http://127.0.0.1:4711/") for url in urls)


def test_a_worker_of_the_story_reads_the_same_settings_from_its_environment(monkeypatch, tmp_path):
    settings = practising(story_settings(tmp_path, 8025), "http://127.0.0.1:4711")
    for name, value in as_environment(settings).items():
        monkeypatch.setenv(name, value)
    assert load(_env_file=None) == settings
    assert {f"DESKHAND_{name.upper()}" for name in Settings.model_fields} - set(as_environment(settings)) == {
        "DESKHAND_DATABASE_URL",
        "DESKHAND_MIGRATE_DATABASE_URL",
        "DESKHAND_POLL_SECONDS",
    }
