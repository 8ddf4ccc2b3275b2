"""The invented mails: real letters, in three languages, dated by the day they are read."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.security import opens_accounts
from app.sandbox.addresses import read_addresses
from app.sandbox.bodies import text_of_letter
from app.sandbox.dates import read_date
from app.sandbox.gmail.arriving import deliver
from app.sandbox.gmail.labelbook import SYSTEM
from app.sandbox.gmail.mailbox import Mailbox
from app.sandbox.headers import decode_words, read_head
from app.sandbox.mail_files.practice import FOLDER, PracticeMail, client_at_night, practice_mails
from app.sandbox.mime import parse

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
OWNER = "valentina@practice.deskhand.example"
MOMENTS = st.integers(0, 6 * 365 * 24 * 3600).map(lambda second: NOW + timedelta(seconds=second))


def mails(now: datetime = NOW, owner: str = OWNER) -> list[PracticeMail]:
    """Return the invented mails."""
    return list(practice_mails(now, owner))


def subject(mail: PracticeMail) -> str:
    """Return the decoded subject."""
    return decode_words(read_head(mail.raw).first("Subject"))


def author(mail: PracticeMail) -> str:
    """Return the address in From."""
    return read_addresses(read_head(mail.raw).first("From"))[0].email


def text(mail: PracticeMail) -> str:
    """Return the words of a mail."""
    return text_of_letter(parse(mail.raw).root)


def named(part: str) -> PracticeMail:
    """Return the one mail whose subject holds these words."""
    (found,) = [mail for mail in mails() if part in subject(mail)]
    return found


def test_there_are_enough_of_them_and_all_are_whole_letters() -> None:
    assert 20 <= len(mails()) <= 30
    for mail in mails():
        parsed = parse(mail.raw)
        assert parsed.trouble == ""
        assert text(mail).strip()
        assert "\ufffd" not in text(mail) + subject(mail)
        assert mail.raw.count(b"\n") == mail.raw.count(b"\r\n")


def test_headers_are_plain_ascii_and_the_files_own_fields_are_gone() -> None:
    for mail in mails():
        head = mail.raw.partition(b"\r\n\r\n")[0]
        assert head.isascii()
        assert b"X-Practice" not in mail.raw
        assert b"[[" not in mail.raw
        assert b"{owner}" not in mail.raw
        assert max(map(len, head.split(b"\r\n"))) <= 998


@settings(deadline=None, max_examples=40)
@given(now=MOMENTS)
def test_whenever_they_are_read_they_came_in_the_ten_days_before(now: datetime) -> None:
    found = mails(now)
    assert [mail.internal_date for mail in found] == sorted(mail.internal_date for mail in found)
    for mail in found:
        assert now - timedelta(days=11) < mail.internal_date < now
        assert read_date(read_head(mail.raw).first("Date")) == mail.internal_date


def test_one_came_at_the_hour_its_writer_lives_in() -> None:
    fiona = named("walled garden")
    local = fiona.internal_date.astimezone(ZoneInfo("Europe/London"))
    assert (local.hour, local.minute, (NOW.date() - local.date()).days) == (18, 20, 3)
    assert fiona.internal_date.utcoffset() == timedelta(0)


@settings(deadline=None, max_examples=20)
@given(now=MOMENTS)
def test_days_promised_are_working_days_ahead_and_quoted_dates_are_those_of_the_mail(now: datetime) -> None:
    found = {read_head(mail.raw).first("Message-ID"): mail for mail in mails(now)}
    dentist = found["<hora-88412@clinicabellavista.example>"]
    assert re.search(r"\b(?:lunes|martes|miércoles|jueves|viernes) \d{1,2} de \w+, 16:30$", subject(dentist))
    quoting = text(found["<figuier-2@practice.deskhand.example>"])
    quoted = found["<figuier-1@marchand-architectes.example>"].internal_date.astimezone(ZoneInfo("America/Santiago"))
    assert f"{quoted:%H:%M}, Hélène Marchand" in quoting


def language_of(mail: PracticeMail) -> str:
    """Return the language of a mail by words that only one of the three has."""
    words = set(re.findall(r"\w+", text(mail).lower()))
    marks = {"fr": {"nous", "je", "vous"}, "en": {"you", "the"}}
    return next((language for language, signs in marks.items() if signs & words), "es")


def test_three_languages_and_both_halves_of_a_life_are_there() -> None:
    spoken = Counter(language_of(mail) for mail in mails())
    assert set(spoken) == {"es", "fr", "en"}
    assert min(spoken.values()) >= 2
    assert sum(author(mail) == "carmen.araya@correo.example" for mail in mails()) == 4


def test_only_reserved_domains_are_named() -> None:
    for path in FOLDER.rglob("*.eml"):
        for domain in re.findall(r"(?:@|https?://)([\w.-]+\.[a-z]{2,})", path.read_text("utf-8")):
            assert domain.endswith(".example"), f"{path.name}: {domain}"


def test_the_story_finds_the_mother_the_code_and_the_client() -> None:
    told = {mail.story: mail for mail in mails() if mail.story}
    assert set(told) == {"mother", "code", "client"}
    assert author(told["mother"]) == "carmen.araya@correo.example"
    assert "482 913" in subject(told["code"])
    assert author(told["client"]) == "ignacio@hotelboldo.example"
    assert all("INBOX" in mail.labels for mail in told.values())


def test_mail_that_opens_accounts_is_recognised_and_no_other() -> None:
    opening = {subject(mail) for mail in mails() if opens_accounts(subject(mail), text(mail)[:2_000])}
    assert opening == {"Su código de verificación es 482 913", "Reset your Planwell password"}


def test_the_client_writes_at_night_into_the_thread_he_began(mailbox: Mailbox) -> None:
    for mail in mails(owner=mailbox.address):
        mailbox.add(mail.raw, labels=mail.labels, internal_date=mail.internal_date, unread=mail.unread)
    night = datetime(2026, 11, 22, 22, 40, tzinfo=ZoneInfo("America/Santiago"))
    raw = client_at_night(night, mailbox.address)
    assert read_date(read_head(raw).first("Date")) == night
    assert read_head(raw).first("Delivered-To") == ""
    message = deliver(mailbox, raw)
    thread = [mailbox.raw(one) for one in mailbox.thread(message.thread_id)]
    assert len(thread) == 4
    assert "¿la visita la dejamos a las 10" in text_of_letter(parse(raw).root)


def test_mailed_back_and_forth_they_make_threads(mailbox: Mailbox) -> None:
    for mail in mails(owner=mailbox.address):
        mailbox.add(mail.raw, labels=mail.labels, internal_date=mail.internal_date, unread=mail.unread)
    assert sorted(map(len, mailbox.threads.values()), reverse=True)[:4] == [3, 3, 3, 1]
    sent = [message for message in mailbox.messages.values() if "SENT" in message.labels]
    assert len(sent) == 3
    assert all(b"Delivered-To" not in mailbox.raw(message) for message in sent)


def test_owners_labels_are_usable_and_the_spam_is_where_spam_is(mailbox: Mailbox) -> None:
    for mail in mails(owner=mailbox.address):
        mailbox.add(mail.raw, labels=mail.labels, internal_date=mail.internal_date, unread=mail.unread)
        assert mail.labels
    own = {label.name for label in mailbox.labels if label.id not in SYSTEM}
    assert own == {"Clientes/Hotel Boldo", "Obras", "Obras/Lyon", "Proveedores"}
    assert named("FELICIDADES").labels == ("SPAM",)
    assert 8 <= sum(mail.unread for mail in mails()) <= 15


def test_google_says_pass_for_most_fail_for_the_spam_and_none_for_the_foreman() -> None:
    results = Counter[str]()
    for mail in mails():
        head = read_head(mail.raw)
        if "SENT" not in mail.labels:
            (checked,) = head.all("Authentication-Results")
            results[re.findall(r"dmarc=(\w+)", checked)[0]] += 1
            assert head.first("Delivered-To") == OWNER
            assert len(head.all("Received")) == 2
    assert results["fail"] == results["none"] == 1
    assert results["pass"] > 18


def test_attachments_open_and_bear_their_names() -> None:
    found = {part.filename: part.decoded() for mail in mails() for part in parse(mail.raw).root.walk() if part.filename}
    assert set(found) == {"factura-20417.pdf", "patio Lastarria – muestra.png"}
    assert found["factura-20417.pdf"].startswith(b"%PDF-1.4")
    assert found["factura-20417.pdf"].rstrip().endswith(b"%%EOF")
    png = found["patio Lastarria – muestra.png"]
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")


def test_the_newsletter_is_a_list_and_the_offer_needs_cleaning() -> None:
    assert read_head(named("N.º 148").raw).first("List-Id").endswith("<boletin.materiayluz.example>")
    offer = parse(named("2 × 1 en azul").raw).root.text()
    for harm in ("<script>", "onload=", "javascript:", '<img src="https://medir', "<iframe", "<form", "@import"):
        assert harm in offer


def test_another_owner_gets_the_same_mails() -> None:
    other = mails(owner="rosa@elsewhere.example")
    assert all(OWNER.encode() not in mail.raw for mail in other)
    assert [subject(mail) for mail in other] == [subject(mail) for mail in mails()]
    assert sum("SENT" in mail.labels for mail in other) == 3


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.eml")), ids=lambda path: path.stem)
def test_each_file_says_when_it_came(path: Path) -> None:
    when = path.read_text("utf-8").splitlines()[0]
    assert re.fullmatch(r"X-Practice-When: (?:-\d+d \d\d:\d\d|now) \w+/\w+", when)
