"""Mbox files: cut where one mail ends and the next begins, whatever program wrote them."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox.mail_files import mbox
from app.sandbox.mail_files.mbox import begins_as_letter, begins_as_mbox, split
from tests.sandbox.mail_files.make_mbox import quoted

LINE = b"From ana@correo.example Mon Jan  5 10:00:00 2026\n"


def cut(data: bytes) -> list[bytes | None]:
    """Return all letters of an mbox in memory."""
    return list(split(io.BytesIO(data)))


class Dripping:
    """A stream that gives little at a time, as a pipe may."""

    def __init__(self, data: bytes, size: int) -> None:
        self.stream, self.size = io.BytesIO(data), size

    def read1(self, _size: int = -1, /) -> bytes:
        return self.stream.read(self.size)


@pytest.mark.parametrize(
    "separator",
    [
        b"From ana@correo.example Mon Jan  5 10:00:00 2026",
        b"From 1830912384756473829@xxx Mon Sep 08 14:25:21 +0000 2025",  # Takeout
        b"From - Tue Jan 06 09:00:00 2026",  # Thunderbird
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        b"From ???@??? Tue Jun 03 11:02:29 1997",  # Eudora
        b'From "ana maria"@correo.example Mon Jan  5 10:00:00 2026',
        b"From ana@correo.example Mon, 5 Jan 2026 10:00:00 -0300",
        b"From ana@correo.example  Mon Jan  5 10:00 CLST 2026",
        b"From ana@correo.example Mon Jan 05 2026 10:00:00 GMT-0300",
        b"From ana@correo.example",
    ],
)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_separators_of_every_program_are_known(separator: bytes, newline: bytes) -> None:
    data = newline.join([separator, b"Subject: a", b"", b"one", b"", separator, b"Subject: b", b"", b"two", b""])
    assert begins_as_mbox(data)
    assert cut(data) == [
        newline.join([b"Subject: a", b"", b"one", b""]),
        newline.join([b"Subject: b", b"", b"two", b""]),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"From here the light comes in until noon.\n",
        b"\nFrom my window I see the port.\nThe gulls: loud as ever.\n",
        b"\nFrom Monday on we work again: 10:00 to 17:30.\n",
        b"\nFrom: Ana, who says hello\n",
        b"\n From ana@correo.example Mon Jan  5 10:00:00 2026\n",
        b"\n> From ana@correo.example Mon Jan  5 10:00:00 2026\n",
        b"and so on\nFrom ana@correo.example Mon Jan  5 10:00:00 2026 she wrote to us\nevery day\n",
    ],
)
def test_lines_of_a_body_that_begin_with_from_do_not_cut_it(body: bytes) -> None:
    letter = b"Subject: a\n\n" + body
    assert cut(LINE + letter + b"\n" + LINE + b"Subject: b\n\nx\n") == [letter, b"Subject: b\n\nx\n"]


def test_a_separator_without_a_blank_line_before_it_counts_when_a_header_follows() -> None:
    assert cut(LINE + b"Subject: a\n\none\n" + LINE + b"Subject: b\n\ntwo\n") == [
        b"Subject: a\n\none\n",
        b"Subject: b\n\ntwo\n",
    ]


def test_a_content_length_that_lies_changes_nothing() -> None:
    for length in (b"0", b"5", b"99999999999", b"-1", b"many"):
        letter = b"Subject: a\nContent-Length: " + length + b"\n\nbody of some length\n"
        assert cut(LINE + letter + b"\n" + LINE + b"Subject: b\n\n\n") == [letter, b"Subject: b\n\n"]


def test_quoting_is_undone_one_level_and_only_before_from() -> None:
    stored = LINE + b"Subject: a\n\n>From here\n>>From there\n>Frome\n> From\n>from\n"
    assert cut(stored) == [b"Subject: a\n\nFrom here\n>From there\n>Frome\n> From\n>from\n"]


def test_the_last_mail_may_end_without_a_newline() -> None:
    assert cut(LINE + b"Subject: a\n\nno newline") == [b"Subject: a\n\nno newline"]


def test_blank_lines_and_a_byte_order_mark_before_the_first_separator_are_nothing() -> None:
    for start in (b"\n\n", b"\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"):
        assert begins_as_mbox(start + LINE + b"A: b\n")
        assert cut(start + LINE + b"Subject: a\n\nx\n") == [b"Subject: a\n\nx\n"]


def test_what_stands_before_the_first_separator_is_a_piece_of_its_own() -> None:
    assert cut(b"some junk\n" + LINE + b"Subject: a\n\nx\n") == [b"some junk\n", b"Subject: a\n\nx\n"]


def test_a_separator_with_nothing_behind_it_is_an_empty_piece() -> None:
    assert cut(LINE) == [b""]
    assert cut(LINE + b"\n" + LINE + b"Subject: a\n\nx\n") == [b"\n", b"Subject: a\n\nx\n"]


@pytest.mark.parametrize("nothing", [b"", b"\n", b"\r\n\r\n", b"\xef\xbb\xbf"])
def test_nothing_yields_nothing(nothing: bytes) -> None:
    assert cut(nothing) == []
    assert not begins_as_mbox(nothing)
    assert not begins_as_letter(nothing)


def test_a_header_field_is_no_mbox_and_a_separator_no_letter() -> None:
    assert begins_as_letter(b"Received: by x\n")
    assert begins_as_letter(b"\nX-Strange.Name : y")
    assert not begins_as_letter(LINE)
    assert not begins_as_letter(b"Dear Ana: hello")
    assert not begins_as_mbox(b"From: ana@correo.example\n")
    assert not begins_as_mbox(b"From ana with love\nSubject: a\n")


def test_a_mail_longer_than_allowed_is_told_and_its_neighbours_are_whole() -> None:
    long = b"Subject: long\n\n" + b"x" * 79 + b"\n"
    data = LINE + b"Subject: a\n\none\n\n" + LINE + long * 1_000 + b"\n" + LINE + b"Subject: b\n\ntwo\n"
    assert list(split(io.BytesIO(data), most=5_000)) == [b"Subject: a\n\none\n", None, b"Subject: b\n\ntwo\n"]
    assert list(split(Dripping(data, 700), most=5_000)) == [b"Subject: a\n\none\n", None, b"Subject: b\n\ntwo\n"]


@pytest.mark.parametrize("over", [-1, 0, 1])
@pytest.mark.parametrize("size", [64, 1_000, 4_096])
def test_the_limit_is_the_same_however_the_bytes_come(over: int, size: int) -> None:
    letter = b"Subject: a\n\n" + b"y" * (3_000 + over - 13) + b"\n"
    found = list(split(Dripping(LINE + letter + LINE + b"A: b\n\n", size), most=3_000))
    assert found == [None if over > 0 else letter, b"A: b\n"]


def test_memory_holds_one_letter_not_the_file() -> None:
    block = b"".join(LINE + b"Subject: %d\n\n" % n + b"the same words again\n" * 400 + b"\n" for n in range(50))

    class Endless:
        left = 120  # blocks; 50 MB in all

        def read1(self, _size: int = -1, /) -> bytes:
            self.left -= 1
            return block if self.left >= 0 else b""

    tracemalloc.start()
    try:
        assert sum(1 for _ in split(Endless())) == 120 * 50
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


WORDS = st.sampled_from(
    [b"From ", b">From ", b">>From x", b"From: a", b"", b"Subject: x", b"hola", b"\t", b" From me", LINE[:-1], b"\xff"]
)
BODIES = st.lists(WORDS | st.binary(max_size=20), max_size=12).map(lambda lines: b"\n".join(lines) + b"\n")


@settings(deadline=None)
@given(bodies=st.lists(BODIES, min_size=1, max_size=6), size=st.integers(1, 3_000))
def test_whatever_is_written_with_quoting_comes_back_as_it_was(bodies: list[bytes], size: int) -> None:
    letters = [b"Subject: %d\n\n" % number + body for number, body in enumerate(bodies)]
    stored = b"".join(LINE + quoted(letter) + b"\n" for letter in letters)
    assert list(split(Dripping(stored, size))) == letters


@settings(deadline=None)
@given(data=st.binary(max_size=400) | BODIES, size=st.integers(1, 500))
def test_any_bytes_at_all_give_the_same_pieces_in_any_portions(data: bytes, size: int) -> None:
    whole = cut(data)
    assert list(split(Dripping(data, size))) == whole
    assert sum(len(piece or b"") for piece in whole) <= len(data)


@settings(deadline=None, max_examples=30)
@given(before=st.integers(0, 1_200))
def test_a_separator_is_found_wherever_a_chunk_ends(before: int) -> None:
    data = LINE + b"Subject: a\n\n" + b"z" * before + b"\n\n" + LINE + b"Subject: b\n\nend\n"
    for size in (mbox.LOOK - 1, mbox.LOOK, mbox.LOOK + 1, 37):
        assert list(split(Dripping(data, size))) == cut(data)
        assert len(cut(data)) == 2
