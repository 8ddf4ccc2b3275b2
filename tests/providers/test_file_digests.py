"""By what a file on a draft is known: its bytes; a letter that hangs on it by its bytes without its boundaries."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.child import Child
from app.errors import UnreadableDraft
from app.providers import reading
from app.providers.file_digests import digest_of_file, digest_of_letter

LETTER = b"""From: clara@customer.example\r
Content-Type: multipart/mixed; boundary="_000_A"\r
\r
--_000_A\r
Content-Type: multipart/alternative;\r
\tboundary=_001_B\r
\r
--_001_B\r
Content-Type: text/plain\r
\r
--no boundary\r
title=boundary=1000\r
In March?\r
--_001_B--\r
--_000_A\r
Content-Disposition: attachment; filename=plan.pdf\r
\r
one\r
--_000_A--\r
"""


@pytest.fixture
async def reader() -> AsyncIterator[Child]:
    """The process that reads what strangers wrote."""
    async with Child(reading.work, cpu_seconds=0.5) as made:
        yield made


async def test_a_file_is_known_by_every_byte() -> None:
    assert await digest_of_file(b"PRICE 1000") != await digest_of_file(b"PRICE 9999")
    assert len(await digest_of_file(b"")) == 32


async def test_a_letter_that_is_written_out_anew_is_the_same(reader: Child) -> None:
    again = LETTER.replace(b"_000_A", b"_007_X").replace(b"_001_B", b"_008_Y")
    assert again != LETTER
    assert await digest_of_letter(reader, again) == await digest_of_letter(reader, LETTER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"In March?", b"In April?"),
        (b"clara@", b"carla@"),
        (b"plan.pdf", b"plan.exe"),
        (b"\r\none\r\n", b"\r\ntwo\r\n"),
        (b"--no boundary", b"--no border"),
        (b"--_001_B--\r\n--_000_A\r\n", b"--_000_A\r\n--_001_B--\r\n"),
        (b"--no boundary", b"--0"),
        (b"boundary=1000", b"boundary=9999"),
        (b"text/plain", b"text/html"),
    ],
)
async def test_another_letter_is_another(reader: Child, old: bytes, new: bytes) -> None:
    changed = LETTER.replace(old, new)
    assert changed != LETTER
    assert await digest_of_letter(reader, changed) != await digest_of_letter(reader, LETTER)


async def test_a_letter_that_is_too_hard_stops_nobody_and_is_nothing_to_say_yes_to(reader: Child) -> None:
    with pytest.raises(UnreadableDraft):
        await digest_of_letter(reader, b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 10**6)
    assert await digest_of_letter(reader, LETTER)
