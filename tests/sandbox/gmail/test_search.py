"""Gmail's search language: how it is read, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import clock
from app.sandbox.gmail.mailbox import Mailbox, SendAs
from app.sandbox.gmail.matching import finder
from app.sandbox.gmail.query import MOST_TERMS, OPERATORS, All, Any, Node, Not, Term, read_query
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from app.sandbox.spool import Spool
from tests.sandbox.practice import Program, letter


def word(text: str) -> Term:
    return Term("", text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", All(())),
        ("one two", All((word("one"), word("two")))),
        ('"one two"', All((word("one two"),))),
        ("from:ana", All((Term("from", "ana"),))),
        ("FROM:ana", All((Term("from", "ana"),))),
        ('subject:"one two"', All((Term("subject", "one two"),))),
        ("subject:(one two)", All((All((Term("subject", "one"), Term("subject", "two"))),))),
        ("from:{ana bob}", All((Any((Term("from", "ana"), Term("from", "bob"))),))),
        ("-one", All((Not(word("one")),))),
        ("-from:ana", All((Not(Term("from", "ana")),))),
        ("-(one two)", All((Not(All((word("one"), word("two")))),))),
        ("one OR two three", All((Any((word("one"), word("two"))), word("three")))),
        ("one OR two OR three", All((Any((word("one"), word("two"), word("three"))),))),
        ("{one two}", All((Any((word("one"), word("two"))),))),
        ("OR one", All((word("one"),))),
        ("one or two", All((word("one"), word("or"), word("two")))),
        ("rfc822msgid:<a@b.cl>", All((Term("rfc822msgid", "<a@b.cl>"),))),
        ("http://x.cl/y", All((word("http://x.cl/y"),))),
        ("unknown:thing", All((word("unknown:thing"),))),
        ("from:", All((Term("from", ""),))),
        (")one(", All((word("one"), All(())))),
    ],
)
def test_a_search_is_read_as_gmail_reads_it(written: str, read: Node):
    assert read_query(written) == read


def depth_of(node: Node) -> int:
    if isinstance(node, Term):
        return 1
    inner = (node.of,) if isinstance(node, Not) else node.of
    return 1 + max((depth_of(one) for one in inner), default=0)


@given(st.text(max_size=300))
def test_any_text_is_a_search(text: str):
    read_query(text)


@given(
    st.lists(st.sampled_from([*OPERATORS, ":", "-", "(", ")", "{", "}", '"', "OR", " ", "a", "2d", "é"]), max_size=80)
)
def test_any_pieces_are_a_search(pieces: list[str]):
    read_query("".join(pieces))


@pytest.mark.parametrize(
    "hostile", ["(" * 50_000, "-" * 50_000, '"' * 50_001, "a:" * 25_000, "{(" * 25_000, "x " * 50_000]
)
def test_no_search_is_more_than_linear_work(hostile: str):
    node = read_query(hostile)
    assert depth_of(node) < 60
    assert not isinstance(node, All) or len(node.of) <= MOST_TERMS


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled() -> Iterator[Mailbox]:
    """A mailbox with letters of every sort."""
    spool = Spool()
    box = Mailbox("alice@practice.example", spool, [SendAs("alice@practice.example", primary=True, default=True)])
    fill(box)
    yield box
    spool.close()


@pytest.fixture
def archive(filled: Mailbox) -> Iterator[Mailbox]:
    """The same at noon of 22 November 2026."""
    clock.practise(offset=NOW - datetime.now(UTC))
    yield filled
    clock.practise()


def with_file() -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Shop <shop@store.example>", "alice@practice.example", "Invoice"
    made.set_content("Please pay.")
    made.add_attachment(b"x" * 3_000, maintype="application", subtype="pdf", filename="Invoice 17.pdf")
    return made.as_bytes()


def fill(box: Mailbox) -> None:
    def days(n: float) -> datetime:
        return NOW - timedelta(days=n)

    march = letter("Terrace in March?", "Could you start soon? Ñandú.", message_id="<march@customer.example>")
    box.add(march, labels=("INBOX", "Clients/Clara Client"), unread=True, internal_date=days(0.5))
    news = letter("News", "Roses", sender="News <news@letter.example>", List_Id="<garden.letter.example>")
    box.add(news, labels=("INBOX", "CATEGORY_PROMOTIONS", "STARRED"), internal_date=days(3))
    box.add(with_file(), labels=("INBOX",), internal_date=days(10))
    sent = letter("Terrace in March?", "Gladly", sender="alice@practice.example", to="Clara <clara@customer.example>")
    box.add(sent, labels=("SENT",), internal_date=days(40))
    copied = letter("Lunch", "Sunday?", Cc="Bob <bob@practice.example>", Bcc="dan@practice.example")
    box.add(copied, labels=(), internal_date=days(400))
    box.add(letter("Win", "Money"), labels=("SPAM",), internal_date=days(1))


def subjects(box: Mailbox, query: str, *, away: bool = False) -> list[str]:
    found = finder(box, query, [], away=away, lag=0)
    names = {"Terrace in March?": "march", "News": "news", "Invoice": "invoice", "Lunch": "lunch", "Win": "win"}
    return [
        "sent" if "SENT" in message.labels else names[message.subject]
        for message in box.newest_first()
        if found(message)
    ]


ALL_OF_THEM = ["march", "news", "invoice", "sent", "lunch"]
FOUND: list[tuple[str, list[str]]] = [
    ("", ALL_OF_THEM),
    ("terrace", ["march", "sent"]),
    ("TERRACE march", ["march", "sent"]),
    ('"start soon"', ["march"]),
    ('"soon start"', []),
    ("terr", []),  # whole words only
    ("ñandú", ["march"]),
    ("roses OR gladly", ["news", "sent"]),
    ("{roses gladly}", ["news", "sent"]),
    ("terrace -gladly", ["march"]),
    ("-terrace", ["news", "invoice", "lunch"]),
    ("from:clara", ["march", "lunch"]),
    ("from:clara@customer.example", ["march", "lunch"]),
    ("from:(clara client)", ["march", "lunch"]),
    ("from:customer.example", ["march", "lunch"]),
    ("from:alice", ["sent"]),
    ("to:clara", ["sent"]),
    ("to:bob", ["lunch"]),
    ("cc:bob", ["lunch"]),
    ("bcc:dan", ["lunch"]),
    ("cc:clara", []),
    ("subject:terrace", ["march", "sent"]),
    ("subject:soon", []),
    ("subject:(terrace march)", ["march", "sent"]),
    ("in:inbox", ["march", "news", "invoice"]),
    ("in:sent", ["sent"]),
    ("in:archive", ["lunch"]),
    ("in:spam", ["win"]),
    ("in:anywhere money", ["win"]),
    ("money", []),
    ("is:unread", ["march"]),
    ("is:read from:clara", ["lunch"]),
    ("is:starred", ["news"]),
    ("is:nonsense", []),
    ("label:clients-clara-client", ["march"]),
    ('label:"Clients/Clara Client"', ["march"]),
    ("label:inbox", ["march", "news", "invoice"]),
    ("label:none-such", []),
    ("has:attachment", ["invoice"]),
    ("has:userlabels", ["march"]),
    ("has:nouserlabels", ["news", "invoice", "sent", "lunch"]),
    ("has:nonsense", []),
    ("filename:pdf", ["invoice"]),
    ('filename:"invoice 17"', ["invoice"]),
    ("category:promotions", ["news"]),
    ("list:garden.letter.example", ["news"]),
    ("rfc822msgid:march@customer.example", ["march"]),
    ("rfc822msgid:<march@customer.example>", ["march"]),
    ("rfc822msgid:arch@customer.example", []),
    ("rfc822msgid:", []),
    ("newer_than:1d", ["march"]),
    ("newer_than:4d", ["march", "news"]),
    ("newer_than:1y", ["march", "news", "invoice", "sent"]),
    ("newer_than:100y", ALL_OF_THEM),
    ("newer_than:2m older_than:1m", ["sent"]),
    ("older_than:1y", ["lunch"]),
    ("newer_than:soon", []),
    ("older_than:soon", []),
    ("after:2026/11/19", ["march", "news"]),
    ("after:2026-11-19", ["march", "news"]),
    ("after:2026/11/20", ["march"]),
    ("before:2026/01/01", ["lunch"]),
    ("after:1795262400", ["march"]),  # 21 November, noon in UTC
    ("before:2026/13/01", []),
    ("after:nonsense", []),
    ("larger:2k", ["invoice"]),
    ("smaller:2K -terrace -news", ["lunch"]),
    ("larger:1M", []),
    ("is:unread OR is:starred", ["march", "news"]),
    ("from:{clara news} in:inbox", ["march", "news"]),
]


@pytest.mark.parametrize(("query", "found"), FOUND)
def test_a_search_finds(archive: Mailbox, query: str, found: list[str]):
    assert subjects(archive, query) == found


def test_a_day_begins_in_california(archive: Mailbox):
    """The letter of 19 November, noon in UTC, is of 4 in the morning there."""
    assert "news" in subjects(archive, "after:2026/11/19 before:2026/11/20")
    assert "news" not in subjects(archive, "before:2026/11/19")


def test_spam_comes_when_it_is_asked_for(archive: Mailbox):
    assert "win" in subjects(archive, "", away=True)
    assert subjects(archive, "money", away=True) == ["win"]


QUERIES = st.sampled_from([query for query, _ in FOUND if query])


@given(one=QUERIES, other=QUERIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_searches_obey_logic(archive: Mailbox, one: str, other: str):
    everything = set(subjects(archive, "", away=True))

    def found(query: str) -> set[str]:
        return set(subjects(archive, query, away=True))

    assert found(f"({one}) ({other})") == found(one) & found(other)
    assert found(f"({one}) OR ({other})") == found(one) | found(other)
    assert found(f"{{({one}) ({other})}}") == found(one) | found(other)
    assert found(f"-({one})") == everything - found(one)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_can_be_searched_for(archive: Mailbox, text: str):
    subjects(archive, text)
    for operator in OPERATORS:
        subjects(archive, f"{operator}:{text}")


async def test_a_search_may_lag_behind_and_a_list_does_not(program: Program, sandbox: Sandbox, mailbox: Mailbox):
    sandbox.modes = Modes(search_lag=60)
    message = mailbox.add(letter(message_id="<new@x.cl>"))
    query = {"q": "rfc822msgid:new@x.cl"}
    assert (await program.get("messages", **query))["resultSizeEstimate"] == 0
    assert (await program.get("messages"))["messages"][0]["id"] == message.id
    assert (await program.get(f"threads/{message.thread_id}"))["messages"]
    clock.move(timedelta(seconds=61))
    assert (await program.get("messages", **query))["messages"][0]["id"] == message.id


async def test_threads_and_messages_are_searched_alike(program: Program, mailbox: Mailbox):
    fill(mailbox)
    assert len((await program.get("threads", q="terrace"))["threads"]) == 2
    assert len((await program.get("messages", q="terrace"))["messages"]) == 2
