"""The table of kinds: each says something whole in every language, and its link leads to a page of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.routing import Match

from app import clock
from app.access.reasons import HELD
from app.actions.said import Said
from app.locale.catalogues import NAMES, language
from app.locale.days import with_hour
from app.main import build
from app.models.grant import Invitation, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.notice import Notice, NoticeKind, NoticeState
from app.models.person import Person
from app.notices.kinds import KINDS, Words
from app.settings import Settings
from app.web.states import POSTED, posted_as
from tests.people import ALICE

WHEN = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
LANGUAGES = sorted(NAMES)


def told(kind: NoticeKind, *, detail: str = "", zone: str = "", box_zone: str = "America/Santiago") -> Said:
    """Return a notice of a kind about Alice's mailbox, with everything that it may need."""
    person = Person(
        issuer="i", subject="s", email=ALICE[0], name=ALICE[1], language="en", zone=zone, created_at=clock.now()
    )
    mailbox = Mailbox(
        owner_id=person.id, provider="gmail", provider_subject="1", address=ALICE[0], zone=box_zone, created_at=WHEN
    )
    offer = Invitation(
        mailbox_id=mailbox.id, secret_sha256=b"", scopes=["label"], needs_approval=NeedsApproval.ALWAYS,
        grant_until=WHEN, language="en", created_at=WHEN, expires_at=WHEN,
    )  # fmt: skip
    notice = Notice(
        person_id=person.id, kind=kind, about_mailbox_id=mailbox.id, about_id=uuid4(), detail=detail, due_at=WHEN,
        created_at=WHEN,
    )  # fmt: skip
    return Said(
        notice=notice,
        person=person,
        mailbox=mailbox,
        still_so=True,
        address="dan@elsewhere.example",
        token="i" + "x" * 75,
        offer=offer if kind is NoticeKind.INVITATION else None,
    )


def sentences(words: Words) -> list[str]:
    """Return every sentence of a kind."""
    return [each for each in (words.subject, *words.letter, words.says, words.leads, words.closing) if each]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_is_said_whole_in_every_language(kind: NoticeKind, code: str) -> None:
    said, tongue = told(kind, detail="thread_moved"), language(code)
    for sentence in sentences(KINDS[kind]):
        shown = said.text(sentence, tongue)
        assert shown
        assert not re.search(r"[{}]|None|…", shown), shown
        if code != "en":
            assert shown != said.text(sentence, language("en"))


def test_a_kind_of_a_later_version_is_no_reason_to_fail() -> None:
    assert set(KINDS) == set(NoticeKind)


@pytest.mark.parametrize("reason", sorted(HELD))
def test_why_a_reply_is_held_is_said_in_the_words_that_its_page_has(reason: str) -> None:
    said = told(NoticeKind.HELD, detail=reason).text(KINDS[NoticeKind.HELD].says, language("es"))
    assert said.endswith(language("es").gettext(HELD[reason]))


def test_a_reason_that_has_no_words_leaves_none_behind() -> None:
    assert told(NoticeKind.HELD, detail="new_one").text(KINDS[NoticeKind.HELD].says, language("en")) == (
        f"A scheduled reply at {ALICE[0]} was held."
    )


def test_moments_are_told_in_her_zone_else_in_the_mailboxs() -> None:
    letter = KINDS[NoticeKind.RECONNECT].letter[0]
    assert "1 December 2026, 20:30 (Santiago)" in told(NoticeKind.RECONNECT).text(letter, language("en"))
    paris = told(NoticeKind.RECONNECT, zone="Europe/Paris")
    assert "2 décembre 2026, 00:30 (Paris)" in paris.text(letter, language("fr"))
    nowhere = told(NoticeKind.RECONNECT, zone="Not/AZone")
    assert "23:30 (UTC)" in nowhere.text(letter, language("en"))
    assert with_hour(WHEN, language("fr"), "UTC") == "1er décembre 2026, 23:30 (UTC)"


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_link_leads_to_a_page_that_there_is(kind: NoticeKind, settings: Settings) -> None:
    app = build(settings)
    for detail in ("owner", "assistant") if kind is NoticeKind.RETURNED else ("google", "microsoft"):
        said = told(kind, detail=detail)
        for path in {said.path(), said.path(KINDS[kind].letter_path)}:
            assert "None" not in path
            assert leads_somewhere(app, path), path


def leads_somewhere(app: FastAPI, path: str) -> bool:
    """Say whether a GET of this path meets a route of the service."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in app.routes)


def test_every_state_that_a_letter_can_be_in_has_its_words() -> None:
    notice = told(NoticeKind.RECONNECT).notice
    for state in NoticeState:
        notice.state = state
        assert bool(posted_as(notice)) == (state not in (NoticeState.SHOWN, NoticeState.CANCELLED))
    for sentence in POSTED.values():
        assert len({language(code).gettext(sentence) for code in LANGUAGES}) == 3
