"""Reading messages, threads and files."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from app.errors import MessageGone
from app.providers.base import Folder
from app.providers.protocol import Provider
from tests.contract.practice import CLARA, Practice, letter, reply_to

NO_IDS = [
    "",
    "nosuchid",
    "ffffffffffffffff",
    "../labels",
    "a/b",
    "..",
    ".",
    "x" * 3000,
    "ñ",
    "a\r\nb",
    "%2e%2e",
    "?x=1",
]


async def test_V50_a_letter_is_read_with_its_words(mailbox: Provider, question: str) -> None:
    content = await mailbox.read(question)
    assert content.text.strip() == "Could you start in March?"
    assert (content.html, content.attachments, content.readable) == ("", (), True)
    message = content.message
    assert (message.id, message.folder, message.unread) == (question, Folder.INBOX, True)
    assert message.authors == (CLARA,)
    assert (message.subject, message.message_id) == ("Terrace in March?", "<march@c.example>")
    assert message == await mailbox.message(question)


async def test_reading_leaves_a_letter_unread(practice: Practice, mailbox: Provider, question: str) -> None:
    await mailbox.read(question)
    assert (await mailbox.message(question)).unread
    assert practice.effects() == []


async def test_html_is_harmless_and_its_words_are_the_text(practice: Practice, mailbox: Provider) -> None:
    made = letter()
    made.set_content(
        "<p>Hello <b>Alice</b></p><script>alert(1)</script><img src='https://x.example/p'>", subtype="html"
    )
    content = await mailbox.read(practice.deliver(made))
    assert content.text == "Hello Alice"
    assert "<b>Alice</b>" in content.html
    assert "script" not in content.html
    assert "x.example" not in content.html


async def test_of_two_forms_of_a_letter_the_plain_one_is_the_text(practice: Practice, mailbox: Provider) -> None:
    made = letter(body="plain words")
    made.add_alternative("<p>rich words</p>", subtype="html")
    content = await mailbox.read(practice.deliver(made))
    # Exchange keeps the HTML alone; its plain form is made from that.
    assert content.text.strip() == ("plain words" if practice.gives_the_parts else "rich words")
    assert content.html.strip() == "<p>rich words</p>"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"])
async def test_words_arrive_whatever_their_charset(practice: Practice, mailbox: Provider, charset: str) -> None:
    made = letter()
    made.set_content("¿Empezamos en marzo, señora?", charset=charset, cte="quoted-printable")
    assert (await mailbox.read(practice.deliver(made))).text.strip() == "¿Empezamos en marzo, señora?"


async def test_files_hang_on_a_letter_and_can_be_had(practice: Practice, mailbox: Provider) -> None:
    made, pdf = letter(), bytes(range(256)) * 1000
    made.add_attachment(pdf, maintype="application", subtype="pdf", filename="../Plän.pdf")
    made.add_attachment("notes", filename="notes.txt")
    delivered = practice.deliver(made)
    content = await mailbox.read(delivered)
    assert content.text.strip() == "Could you start in March?"
    first, second = content.attachments
    assert (first.name, first.media_type, first.size) == ("Plän.pdf", "application/pdf", len(pdf))
    assert (second.name, second.media_type) == ("notes.txt", "text/plain")
    assert await mailbox.attachment(delivered, first.id) == pdf
    assert (await mailbox.attachment(delivered, second.id)).strip() == b"notes"


async def test_a_files_id_lasts(practice: Practice, mailbox: Provider) -> None:
    made = letter()
    made.add_attachment(b"x" * 5000, maintype="image", subtype="png", filename="a.png")
    delivered = practice.deliver(made)
    seen = [(await hand.read(delivered)).attachments for hand in (mailbox, practice.another_hand(), mailbox)]
    assert seen[0] == seen[1] == seen[2]


async def test_a_file_that_is_none_is_not_there(practice: Practice, mailbox: Provider, question: str) -> None:
    for attachment_id in ("0", "99", "", "../0"):
        with pytest.raises(MessageGone):
            await mailbox.attachment(question, attachment_id)


@pytest.mark.parametrize("message_id", NO_IDS)
async def test_an_id_that_names_nothing_is_gone(mailbox: Provider, message_id: str) -> None:
    with pytest.raises(MessageGone):
        await mailbox.message(message_id)
    with pytest.raises(MessageGone):
        await mailbox.read(message_id)
    with pytest.raises(MessageGone):
        await mailbox.thread(message_id)


async def test_a_conversation_is_read_oldest_first_with_its_drafts(practice: Practice, mailbox: Provider) -> None:
    first = practice.deliver(letter())
    draft = await mailbox.create_reply(reply_to(first))
    thread = await mailbox.thread((await mailbox.message(first)).thread_id)
    assert [message.id for message in thread.messages] == [first, draft.message.id]
    assert [message.folder for message in thread.messages] == [Folder.INBOX, Folder.DRAFTS]


async def test_both_authors_of_a_forged_letter_are_told(practice: Practice, mailbox: Provider) -> None:
    raw = b"From: Boss <boss@practice.example>\r\nFrom: evil@x.example\r\nTo: alice@practice.example\r\n\r\nPay\r\n"
    message = await mailbox.message(practice.deliver(raw))
    assert {author.email for author in message.authors} == {"boss@practice.example", "evil@x.example"}


async def test_a_group_and_odd_names_are_read(practice: Practice, mailbox: Provider) -> None:
    made = letter(To='Team: "Amsel, Alice" <alice@practice.example>, bob@x.example;', Reply_To="Büro <b@c.example>")
    message = await mailbox.message(practice.deliver(made))
    assert [address.email for address in message.to] == ["alice@practice.example", "bob@x.example"]
    assert [(address.email, address.name) for address in message.reply_to] == [("b@c.example", "Büro")]


async def test_a_bare_letter_is_still_one(practice: Practice, mailbox: Provider) -> None:
    content = await mailbox.read(practice.deliver(b"\r\nOnly words\r\n"))
    assert content.text.strip() == "Only words"
    assert (content.message.authors, content.message.subject, content.message.message_id) == ((), "", "")


async def test_a_subject_in_any_script_is_one_line(practice: Practice, mailbox: Provider) -> None:
    raw = b"From: a@x.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe=0D=0ABcc=3A?= =?utf-8?b?IOaXpeacrA==?=\r\n\r\nx\r\n"
    assert (await mailbox.message(practice.deliver(raw))).subject == "Grüße Bcc: 日本"


async def test_what_cannot_be_read_safely_says_so(practice: Practice, mailbox: Provider) -> None:
    made = letter()
    made.set_content("<div>" * 150_000, subtype="html", cte="base64")
    content = await mailbox.read(practice.deliver(made))
    assert (content.readable, content.text, content.html) == (False, "", "")
    assert content.message.authors == (CLARA,)


async def test_a_letter_nested_beyond_measure_says_so(practice: Practice, mailbox: Provider) -> None:
    inner = EmailMessage()
    inner.set_content("deep")
    for _ in range(60):
        outer = EmailMessage()
        outer.make_mixed()
        outer.attach(inner)
        inner = outer
    inner["From"] = CLARA.email
    content = await mailbox.read(practice.deliver(inner))
    # Exchange shows an empty letter where it has found no words, and does not say why.
    assert (content.readable, content.text) == (not practice.gives_the_parts, "")


async def test_a_private_id_of_a_strangers_is_only_what_he_wrote(practice: Practice, mailbox: Provider) -> None:
    forged = practice.deliver(letter(X_Deskhand_Id="a1b2c3"))
    message = await mailbox.message(forged)
    assert message.private_id == "a1b2c3"
    assert await mailbox.find_sent("a1b2c3", message.thread_id) is None
    assert await mailbox.find_draft("a1b2c3", message.thread_id) is None


async def test_the_mark_of_a_letter_of_our_own_is_given_and_not_one_of_two(
    practice: Practice, mailbox: Provider
) -> None:
    marks = {}
    for number in range(3):
        made = letter(subject=f"Marked {number}")
        for each in range(number):
            made["X-Deskhand-Notice"] = f"v1; id={each}"
        marks[number] = (await mailbox.message(practice.deliver(made))).notice_mark
    assert marks == {0: "", 1: "v1; id=0", 2: ""}
