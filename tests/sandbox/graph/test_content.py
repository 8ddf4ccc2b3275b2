"""What a message says: read from any letter without raising, and written so that it can be read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.graph.bodies import as_html, as_text, inner_html, preview_of
from app.sandbox.graph.compose import letter_of
from app.sandbox.graph.content import Attachment, Content, Recipient, content_of
from app.sandbox.headers import read_head
from app.sandbox.mime import parse
from tests.sandbox.practice import letter

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
ALICE, CLARA = Recipient("alice@contoso.example", "Alice Amsel"), Recipient("clara@customer.example", "Clara")
ONE_LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=60)
ANY_TEXT = st.lists(ONE_LINE, max_size=4).map("\n".join)


def written(content: Content) -> bytes:
    return letter_of(content, author=ALICE, message_id="<one@x.example>", at=AT)


def read(content: Content) -> Content:
    return content_of(parse(written(content)))


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(raw: bytes):
    found = content_of(parse(raw))
    assert found.kind in {"html", "text"}
    assert len(preview_of(found.kind, found.body)) <= 255


@given(ANY_TEXT, ONE_LINE)
def test_words_and_subject_survive_the_way(words: str, subject: str):
    found = read(Content(kind="text", body=words, subject=subject.strip(), to=(CLARA,)))
    assert found.body.replace("\r\n", "\n").rstrip() == words.rstrip()
    assert found.subject == subject.strip()
    assert (found.author, found.to, found.sent) == (ALICE, (CLARA,), AT)


@given(st.binary(max_size=200), ONE_LINE.filter(str.strip))
def test_files_survive_the_way(data: bytes, name: str):
    files = [Attachment(name.strip(), "application/pdf", data), Attachment("p.png", "image/png", b"p", True, "p@x")]
    found = read(Content(body="<p>x</p>", attachments=files))
    assert [(one.data, one.inline, one.content_id) for one in found.attachments] == [
        (data, False, ""),
        (b"p", True, "p@x"),
    ]


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "no type", ""])
def test_a_file_of_an_odd_type_stays_a_file(kind: str):
    (one,) = read(Content(body="x", attachments=[Attachment("odd", kind, b"data")])).attachments
    assert (one.name, one.data, one.item) == ("odd", b"data", False)


def test_nothing_breaks_out_of_a_header():
    content = Content(
        subject="Plants\r\nBcc: thief@x.example",
        to=(Recipient("clara@customer.example", 'C"lara\r\nX-Evil: 1'),),
        headers=(("x-ours", "7\r\nX-Evil: 2"), ("In-Reply-To", "<not@ours>")),
        attachments=[Attachment('a"b\r\nX-Evil: 3', "text/plain", b"x")],
    )
    fields = {name.lower() for name, _ in read_head(written(content)).fields}
    assert fields <= {"from", "to", "subject", "date", "message-id", "x-ours", "mime-version", "content-type"}
    assert b"\nX-Evil" not in written(content)


def test_html_has_its_plain_text_beside_it():
    parsed = parse(written(Content(kind="html", body="<p>One</p><p>two</p>")))
    assert [part.mime_type for part in parsed.root.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert parsed.root.children[0].text().split() == ["One", "two"]


def test_references_and_importance_are_written():
    content = Content(body="x", references=("<a@x>", "<b@x>"), answers="<b@x>", importance="high", bcc=(CLARA,))
    head = read_head(written(content))
    assert (head.first("References"), head.first("In-Reply-To")) == ("<a@x> <b@x>", "<b@x>")
    assert (head.first("Importance"), head.first("Bcc")) == ("high", "Clara <clara@customer.example>")
    assert read(content).importance == "high"


@pytest.mark.parametrize(
    ("named", "importance"),
    [({"Importance": "High"}, "high"), ({"X_Priority": "5"}, "low"), ({"X_Priority": "x"}, "normal")],
)
def test_importance_is_read(named: dict[str, str], importance: str):
    assert content_of(parse(letter(**named))).importance == importance


@given(ANY_TEXT)
def test_text_made_html_is_the_same_text(words: str):
    shown = as_html("text", words)
    assert "<script" not in shown.lower()
    assert as_text("html", as_html("html", "x")) == "x"
    assert as_html("html", words) == words


@pytest.mark.parametrize(
    ("markup", "inner"),
    [
        ("<html><body>x</body></html>", "x"),
        ("<BODY class='a'><p>x</p></BODY>", "<p>x</p>"),
        ("<p>x</p>", "<p>x</p>"),
        ("<body>x", "x"),
        ("", ""),
    ],
)
def test_the_inside_of_a_page(markup: str, inner: str):
    assert inner_html(markup) == inner


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("one<br>two", "one\r\ntwo"),
        ("<p>one</p>\n<p>two</p>", "one\r\ntwo"),
        ("<div>a</div><div><br></div><div>b</div>", "a\r\n\r\nb"),
        ("<ul><li>a</li><li>b</li></ul>", "a\r\nb"),
        ("a&nbsp;&amp;&nbsp;b", "a & b"),
        ("<style>p{color:red}</style>x<script>1</script>", "x"),
    ],
)
def test_html_as_text(markup: str, text: str):
    assert as_text("html", markup) == text


def test_a_preview_is_short_and_as_it_stands():
    assert preview_of("text", "It's  <here>\r\nnow") == "It's <here>\r\nnow"
    assert len(preview_of("text", "x" * 1000)) == 255
