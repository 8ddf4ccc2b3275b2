"""A table as a spreadsheet saves it and takes it: text out of a file, what parts its cells, and cells that are safe."""

from __future__ import annotations

import re

from app.errors import BadRequest
from app.locale.catalogues import N_

MOST_BYTES = 200_000
NO_TEXT = N_(
    "This file is no table as text. Save the table as CSV, in UTF-8 if your program asks, and choose that file."
)
_ADDRESS = re.compile(r"[^@,;\s]+@[^@,;\s]+")
# What a spreadsheet takes for a formula when a cell begins with it, in the wide letters of East Asia too, or behind
# white space that it leaves out.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%", "＝", "＋", "－", "＠")
UTF_16, WORKBOOK = (b"\xff\xfe", b"\xfe\xff"), b"PK\x03\x04"


def text_of(raw: bytes) -> str:
    """Return the text of a CSV file: UTF-8 with or without its mark, else as Windows writes in the West.

    Raises BadRequest for a file that is too large, empty or none of these.
    """
    if len(raw) > MOST_BYTES:
        raise BadRequest("This file is too large for a table of people: {most} bytes are the most.", most=MOST_BYTES)
    if not raw.strip() or raw.startswith((*UTF_16, WORKBOOK)) or b"\0" in raw:
        raise BadRequest(NO_TEXT)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")  # what Windows-1252 has no sign for


def cells_apart(text: str) -> tuple[str, str]:
    """Return by what a table's cells are apart, with the table: a semicolon where its first line has more of those.

    A line in which commas leave an address by itself has cells apart by commas, whatever the names are made of.
    A spreadsheet may say it in a line of its own (`sep=;`), which is then no line of the table.
    """
    first, _, rest = text.lstrip().partition("\n")
    if first.strip().casefold() in ("sep=;", "sep=,"):
        return first.strip()[-1], "\n" + rest
    outside = "".join(first.split('"')[::2])
    by_comma = any(_ADDRESS.fullmatch(cell.strip()) for cell in outside.split(","))
    return (";" if outside.count(";") > outside.count(",") and not by_comma else ","), text


def safe_cell(value: object) -> str:
    """Return a cell that no spreadsheet computes (ASVS 1.2.10): an apostrophe goes before what looks like a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULAS) or text.lstrip().startswith(FORMULAS) else text
