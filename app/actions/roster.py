"""A table of people to be named at once: read line by line, each mistake told with its line, nothing half-done."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from app.access.ceiling import Terms, fits
from app.actions.ceilings import ceiling_of
from app.actions.named import Naming
from app.actions.terms import checked_end, checked_name, checked_scopes
from app.errors import AppError, BadRequest
from app.locale.catalogues import N_
from app.models.team import TeamAccess
from app.notices.recipients import recipient
from app.rules.moments import moment_of
from app.rules.tables import cells_apart

MOST_LINES, LONGEST = 50, 50_000
HEADS = ("name", "address", "scopes", "until")
LAST_MINUTE = time(23, 59)  # an end date is meant with its day
ABOVE = N_("This is more than the owner allows your team at this mailbox.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the table, with what is wrong in it, if anything; the address is for the lead alone, to write to."""

    number: int
    cells: tuple[str, ...]
    naming: Naming | None = None
    address: str = ""
    wrong: AppError | None = None

    @property
    def good(self) -> Naming | None:
        """Return who is to be named by it; None if anything is wrong."""
        return None if self.wrong else self.naming


def read_roster(text: str, access: TeamAccess, zone: str) -> list[Line]:
    """Read lines of name, address, rights (apart by blanks) and last day, the last two if wanted; heads may come first.

    Raises BadRequest for what is no such table, or has no line or more than fifty.
    """
    if len(text) > LONGEST or "\0" in text:
        raise BadRequest("This is no table of names and addresses.")
    try:
        apart, table = cells_apart(text.lstrip("\ufeff"))
        numbered = list(_rows(table, apart))
    except csv.Error:
        raise BadRequest("This is no table of names and addresses.") from None
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if filled and tuple(cell.casefold() for cell in filled[0][1]) == HEADS[: len(filled[0][1])]:
        del filled[0]
    if not 1 <= len(filled) <= MOST_LINES:
        raise BadRequest("A table has between one line and {most}.", most=MOST_LINES)
    return _without_twins([_line(number, cells, access, zone) for number, cells in filled])


def _rows(text: str, apart: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each row with the line it begins on: one whose quoted cell goes on over a break has several."""
    table = csv.reader((f"{line}\n" for line in text.splitlines()), strict=True, delimiter=apart)
    number = 1
    for row in table:
        yield number, tuple(cell.strip() for cell in row)
        number = table.line_num + 1


def _line(number: int, cells: tuple[str, ...], access: TeamAccess, zone: str) -> Line:
    try:
        naming, address = _naming(cells, zone)
        wanted = Terms(
            scopes=checked_scopes(naming.scopes or access.scopes),
            needs_approval=access.needs_approval,
            conditions=access.conditions,
            until=checked_end(naming.until or access.access_until),
        )
        if not fits(wanted, ceiling_of(access)):
            raise BadRequest(ABOVE)
    except AppError as wrong:
        return Line(number=number, cells=cells, wrong=wrong)
    return Line(number=number, cells=cells, naming=naming, address=address)


def _naming(cells: Sequence[str], zone: str) -> tuple[Naming, str]:
    if not 2 <= len(cells) <= len(HEADS):
        raise BadRequest("A line has a name and an address, then rights and a last day if wanted.")
    name, address, scopes, until = (*cells, "", "")[: len(HEADS)]
    return Naming(name=checked_name(name), scopes=tuple(scopes.split()), until=_last(until, zone)), recipient(address)


def _last(until: str, zone: str) -> datetime | None:
    if not until:
        return None
    try:
        return moment_of(datetime.combine(date.fromisoformat(until), LAST_MINUTE), zone)
    except ValueError:
        raise BadRequest("A last day is written as in 2027-03-31.") from None


def _without_twins(lines: list[Line]) -> list[Line]:
    """Mark every line whose address stood in one before."""
    seen: set[str] = set()
    checked = []
    for line in lines:
        address = line.address.casefold()
        twin = bool(address) and address in seen
        seen.add(address)
        wrong = BadRequest("This address stands in the table already.") if twin else line.wrong
        checked.append(Line(**{**vars(line), "wrong": wrong}))
    return checked
