"""Where a text leads to a page or names an account, however it is spaced and in whatever letters it is written.

Mail programs show two blanks as one, make links of names in every script, and their readers copy a number with the dots
and dashes in it. So signs that separate count for nothing in an account number, and marks above letters for nothing in
an address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

Span = tuple[int, int]

_LINK = re.compile(r"https?:|www\.|://|\S\.[^\W\d_]{2,}", re.IGNORECASE)
_DIGITS = re.compile(r"\d{9,}")
_IBAN = re.compile(r"(?=([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}))")
_SHORTEST_IBAN, _FEWEST_DIGITS = 15, 6  # Norway's; a phrase such as “B12, 30 people…” has fewer
_DAY, _MONTH, _YEAR, _BETWEEN = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d", "[-/.]"
_WHEN = re.compile(
    "|".join((
        rf"(?<!\d){_YEAR}{_BETWEEN}{_MONTH}{_BETWEEN}{_DAY}(?!\d)",
        rf"(?<!\d){_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}{_YEAR}(?!\d)",
        rf"(?<!\d){_MONTH}{_BETWEEN}{_DAY}{_BETWEEN}{_YEAR}(?!\d)",
        r"(?<!\d)(?:[01]?\d|2[0-3])[:h][0-5]\d(?::[0-5]\d)?(?!\d)",
    ))
)  # fmt: skip


def unfit_spans(text: str) -> Iterator[Span]:
    """Yield from where to where a text holds (a part of) an address on the web or an account number."""
    seen, places = _as_seen(text)
    for link in _LINK.finditer(seen):
        yield places[link.start()], places[link.end() - 1] + 1
    yield from _accounts(seen, places)


def _as_seen(text: str) -> tuple[str, list[int]]:
    """Return a text as mail programs take it, and for each of its signs where it stood."""
    signs, places = [], []
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKC", sign).replace("\u3002", "."):
            if unicodedata.category(plain)[0] != "M":
                signs.append(plain)
                places.append(place)
    return "".join(signs), places


def _accounts(seen: str, places: list[int]) -> Iterator[Span]:
    """Yield account numbers: nine digits or more that nothing but signs stand between, and IBANs whose check fits."""
    timeless = _WHEN.sub(lambda when: "\n" * len(when[0]), seen)
    kept = [place for place, sign in enumerate(timeless) if sign.isalnum() or sign == "\n"]
    squeezed = "".join(timeless[place] for place in kept).upper()
    if len(squeezed) != len(kept):  # a letter that becomes two in capitals
        squeezed = "".join(timeless[place].upper()[:1] for place in kept)
    found = [(digits.start(), digits.end()) for digits in _DIGITS.finditer(squeezed)]
    found += [iban for start in _IBAN.finditer(squeezed) if (iban := _iban(start.start(), start[1]))]
    for begins, ends in found:
        yield places[kept[begins]], places[kept[ends - 1]] + 1


def _iban(start: int, text: str) -> Span | None:
    """Return the longest beginning of a text that is an IBAN by its check digits (ISO 13616)."""
    for length in range(len(text), _SHORTEST_IBAN - 1, -1):
        candidate = text[:length]
        if sum(map(str.isdigit, candidate)) >= _FEWEST_DIGITS and has_iban_check(candidate):
            return start, start + length
    return None


def has_iban_check(plain: str) -> bool:
    """Say whether capital letters and digits without blanks have the check digits of an IBAN."""
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1
