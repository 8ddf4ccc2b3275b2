"""Two drafts are the same letter if a recipient gets the same; anything she would notice makes another one of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.canonical import content_sha256

LETTER: dict[str, Any] = {
    "to": ["clara@customer.example"],
    "cc": [],
    "bcc": [],
    "sender": "alice@practice.example",
    "subject": "Re: Terrace in March?",
    "text": "Dear Clara,\n\nyes, in March.\n\nBob",
    "html": "<p>yes</p>",
    "attachments": [("plan.pdf", 1000, b"one")],
}


@pytest.mark.parametrize(
    "rewritten",
    [
        {"text": "Dear Clara,\r\n\r\nyes, in March.\r\n\r\nBob\r\n"},
        {"text": "Dear Clara,  \n\nyes, in March.\n\nBob\n\n"},
        {"text": "Dear Clara,\n\nyes, in\u00a0March.\n\nBob"},
        {"to": ["Clara@Customer.example"]},
        {"to": ["clara@customer.example", "clara@customer.example"]},
        {"sender": "ALICE@practice.example"},
    ],
)
def test_what_providers_rewrite_changes_nothing(rewritten: dict[str, Any]) -> None:
    assert content_sha256(**LETTER | rewritten) == content_sha256(**LETTER)


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Dear Clara,\n\nyes, in May.\n\nBob"},
        {"text": "Dear Clara,\n\nyes, in March.\n\nbob"},
        {"html": "<p>no</p>"},
        {"subject": "Re: Terrace in March"},
        {"to": ["clara@customer.example", "x@evil.example"]},
        {"to": ["clara@custorner.example"]},
        {"cc": ["x@evil.example"]},
        {"bcc": ["x@evil.example"]},
        {"to": [], "cc": ["clara@customer.example"]},
        {"sender": "billing@practice.example"},
        {"attachments": []},
        {"attachments": [("plan.pdf", 1001, b"one")]},
        {"attachments": [("plan.pdf", 1000, b"two")]},
        {"attachments": [("plan.exe", 1000, b"one")]},
        {"attachments": [("plan.pdf", 1000, b"one"), ("plan.pdf", 1000, b"one")]},
    ],
)
def test_what_a_recipient_would_notice_makes_another_letter(changed: dict[str, Any]) -> None:
    assert content_sha256(**LETTER | changed) != content_sha256(**LETTER)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_can_pose_as_another_field(subject: str, text: str) -> None:
    """Moving words from the subject into the text, or the other way round, is never the same letter."""
    if " ".join(subject.split()) and subject.strip() != text.strip():
        swapped = LETTER | {"subject": text, "text": subject}
        assert content_sha256(**LETTER | {"subject": subject, "text": text}) != content_sha256(**swapped)


@given(st.text(max_size=200))
def test_the_digest_of_any_text_is_stable(text: str) -> None:
    letter = LETTER | {"text": text}
    assert content_sha256(**letter) == content_sha256(**letter)
    assert len(content_sha256(**letter)) == 32
