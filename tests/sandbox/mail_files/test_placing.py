"""Where a letter of a mail file comes to lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.sandbox.mail_files.examine import Finding
from app.sandbox.mail_files.letters import Letter
from app.sandbox.mail_files.placing import Placing, owner_among, place

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALICE, ANA = "alice@practice.example", "ana@correo.example"
LETTER = Letter(b"", "mail 1")
FROM_ANA = Finding(sender=ANA, owners=(ALICE,))
FROM_ALICE = Finding(sender=ALICE, owners=(ANA,))


def placed(letter: Letter = LETTER, finding: Finding = FROM_ANA) -> Placing:
    """Place a letter in Alice's mailbox."""
    return place(letter, finding, owners=frozenset({ALICE}), now=NOW)


def test_the_owner_is_whom_most_letters_were_delivered_to() -> None:
    findings = [FROM_ANA, FROM_ANA, FROM_ALICE, Finding(owners=("list@group.example", ALICE))]
    assert owner_among(findings) == ALICE
    assert owner_among([]) == ""
    assert owner_among([Finding()]) == ""


def test_what_the_owner_wrote_was_sent_and_the_rest_came_in() -> None:
    assert placed(finding=FROM_ALICE).labels == ("SENT",)
    assert placed(finding=FROM_ANA).labels == ("INBOX",)
    assert placed(finding=Finding()).labels == ("INBOX",)


def test_takeouts_labels_go_before_every_guess() -> None:
    assert placed(finding=replace(FROM_ALICE, labels=("INBOX", "Notas"))).labels == ("INBOX", "Notas")
    assert placed(finding=replace(FROM_ANA, labels=("SENT",))).labels == ("SENT",)
    assert placed(finding=replace(FROM_ANA, labels=())).labels == ()


def test_the_folder_goes_before_the_author() -> None:
    assert placed(replace(LETTER, folder="Enviados")).labels == ("SENT",)
    assert placed(replace(LETTER, folder="Clientes/Hotel Boldo"), FROM_ALICE).labels == ("Clientes/Hotel Boldo",)
    assert placed(replace(LETTER, folder="Archive")).labels == ()
    assert placed(replace(LETTER, folder="alice@practice.example/INBOX")).labels == ("INBOX",)
    assert placed(replace(LETTER, folder="INBOX", marks=("STARRED",))).labels == ("INBOX", "STARRED")


def test_spam_and_trash_are_not_in_the_inbox_and_a_draft_is_nothing_else() -> None:
    assert placed(replace(LETTER, folder="INBOX", marks=("TRASH",))).labels == ("TRASH",)
    assert placed(finding=replace(FROM_ANA, labels=("INBOX", "SPAM", "Notas"))).labels == ("SPAM", "Notas")
    assert placed(replace(LETTER, folder="INBOX", marks=("DRAFT",))).labels == ("DRAFT",)
    assert placed(replace(LETTER, folder="INBOX", marks=("TRASH", "DRAFT"))).labels == ("TRASH",)


@pytest.mark.parametrize(
    ("letter", "finding", "unread"),
    [
        (LETTER, FROM_ANA, False),
        (LETTER, replace(FROM_ANA, seen=False), True),
        (LETTER, replace(FROM_ANA, seen=True), False),
        (replace(LETTER, unread=True), FROM_ANA, True),
        (replace(LETTER, unread=False), replace(FROM_ANA, seen=False), False),
        (LETTER, replace(FROM_ANA, labels=("INBOX", "UNREAD")), True),
        (replace(LETTER, unread=True), replace(FROM_ANA, labels=("INBOX",)), False),
        (replace(LETTER, unread=True), FROM_ALICE, False),
        (replace(LETTER, unread=True, marks=("DRAFT",)), FROM_ANA, False),
    ],
)
def test_unread_is_what_somebody_noted_as_unread(letter: Letter, finding: Finding, unread: bool) -> None:
    assert placed(letter, finding).unread is unread
    assert "UNREAD" not in placed(letter, finding).labels


def test_a_date_in_the_future_is_a_mistake_and_the_files_date_stands_in_for_a_missing_one() -> None:
    yesterday = NOW - timedelta(days=1)
    assert placed(finding=replace(FROM_ANA, date=yesterday.timestamp())).date == yesterday
    assert placed(finding=replace(FROM_ANA, date=(NOW + timedelta(days=400)).timestamp())).date is None
    assert placed(replace(LETTER, date=yesterday)).date == yesterday
    assert placed().date is None
