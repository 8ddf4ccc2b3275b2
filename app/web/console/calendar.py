"""A calendar as a form shows and sends it: the hours of a week, public holidays, and days off."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import Field
from starlette.requests import Request

from app.errors import BadRequest
from app.locale.catalogues import Language
from app.locale.days import country_name
from app.models.calendar import Calendar, DaysOff
from app.rules.public_holidays import region_names, regions, require_known
from app.web.console.bounds import WrongFields
from app.web.console.frame import said
from app.web.console.week import WeekFields, filled_week, meant_hours
from app.web.forms import PostForm
from app.web.languages import choose
from app.web.zones import zone_groups

MOST_LINES = 200
_DAY = r"(\d{4}-\d{2}-\d{2})"
_LINE = re.compile(rf"{_DAY}(?:\D{{1,10}}{_DAY})?", re.ASCII)


class CalendarForm(PostForm, WeekFields):
    """What the form sends, as it was typed. `days_off` has a line each.

    `region` is its code in the country, with that country's before it (`ES/CT`) where it was chosen from the list.
    """

    country: str = Field(default="", max_length=10)
    region: str = Field(default="", max_length=60)
    days_off: str = Field(default="", max_length=10_000)
    may_hurry: bool = False
    sender: str = Field(default="", max_length=400)

    @property
    def region_chosen(self) -> str:
        """Return the region as the list of all has it, empty for none."""
        return self.region if "/" in self.region or not self.region else f"{self.country}/{self.region}"

    def calendar(self) -> Calendar | None:
        """Return the calendar that is meant, None for any hour; raise WrongFields."""
        found: dict[str, Any] = {}
        wrong: dict[str, BadRequest] = {}
        for name, reads in (("hours", meant_hours), ("region", _place), ("days_off", _days_off)):
            try:
                found[name] = reads(self)
            except BadRequest as error:
                wrong[name] = error
        if wrong:
            raise WrongFields(wrong)
        hours = found["hours"]
        if hours is None:
            return None
        country, region = found["region"]
        return Calendar(zone=hours.zone, spans=hours.spans, country=country, region=region, days_off=found["days_off"])


def filled(calendar: Calendar | None, zone: str) -> dict[str, Any]:
    """Return the fields as they stand for a calendar; `zone` is the one in which new hours would be meant."""
    days = calendar.days_off if calendar else ()
    place = {"country": calendar.country, "region": calendar.region} if calendar else {}
    return {**filled_week(calendar, zone), **place, "days_off": "\n".join(map(_line, days))}


def calendar_formed(request: Request, form: CalendarForm, wrong: BadRequest | None = None) -> dict[str, Any]:
    """Return what a page with such a form needs."""
    fields = getattr(wrong, "fields", {"sender": wrong}) if wrong else {}
    return {
        "status": wrong.status if wrong else 200,
        "form": form,
        "errors": {name: said(request, error) for name, error in fields.items()},
        "zones": zone_groups,
        "countries": countries(choose(request)),
        "regions": regions_of_all(choose(request)),
    }


def countries(language: Language) -> list[tuple[str, str]]:
    """Return the countries whose holidays are known, by name in a language: (code, name)."""
    named = [(code, country_name(code, language.code)) for code in regions()]
    return sorted(named, key=lambda each: each[1].casefold())


@lru_cache(maxsize=8)
def regions_of_all(language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (country, [(chosen, name)]) of the countries that have regions, each name with its code beside it."""
    return [
        (
            name,
            sorted(((f"{code}/{region}", _beside(called, region)) for region, called in found.items()), key=_by_name),
        )
        for code, name in countries(language)
        if (found := region_names(code))
    ]


def _beside(called: str, code: str) -> str:
    return called if called == code else f"{called} ({code})"


def _by_name(named: tuple[str, str]) -> str:
    return named[1].casefold()


def _place(form: CalendarForm) -> tuple[str, str]:
    country, typed = form.country.strip().upper(), form.region.strip()
    of_list = typed.partition("/")
    if of_list[1]:  # a region says its country as well, unless another was chosen beside it
        country = country or of_list[0]
        typed = of_list[2] if of_list[0] == country else region_names(of_list[0]).get(of_list[2], typed)
    known = regions().get(country, ())
    region = next((each for each in known if each.casefold() == typed.casefold()), typed)
    require_known(country, region)
    return country, region


def _days_off(form: CalendarForm) -> tuple[DaysOff, ...]:
    lines = [line.strip() for line in form.days_off.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadRequest("That is too long a list: {most} lines are the most.", most=MOST_LINES)
    return tuple(map(_days, lines))


def _days(line: str) -> DaysOff:
    found = _LINE.fullmatch(line)
    try:
        first = date.fromisoformat(found[1] if found else "")
        return DaysOff(first=first, last=date.fromisoformat(found[2]) if found and found[2] else first)
    except ValueError:
        raise BadRequest(
            "“{line}” is no day off. Write 2026-12-24, or 2026-12-24 to 2027-01-02.",
            line="".join(filter(str.isprintable, line[:60])),
        ) from None


def _line(days: DaysOff) -> str:
    return days.first.isoformat() if days.first == days.last else f"{days.first} – {days.last}"
