"""The time zones of the world, as a reader finds her own: by continent, then by city."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from app.locale.catalogues import N_, Language
from app.locale.days import zone_name

CONTINENTS = {
    "Europe": N_("Europe"),
    "America": N_("America"),
    "Africa": N_("Africa"),
    "Asia": N_("Asia"),
    "Australia": N_("Australia"),
    "Pacific": N_("Pacific"),
    "Atlantic": N_("Atlantic"),
    "Indian": N_("Indian Ocean"),
    "Antarctica": N_("Antarctica"),
    "Arctic": N_("Arctic"),
}


@lru_cache(maxsize=8)
def zone_groups(language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (continent, [(IANA name, city)]) in a language, UTC first; one entry for each zone that people live in."""
    groups: dict[str, list[tuple[str, str]]] = {continent: [] for continent in CONTINENTS}
    for name in _names():
        groups[name.partition("/")[0]].append((name, zone_name(name, language.code)))
    found = [(language.gettext(CONTINENTS[key]), sorted(zones, key=_by_city)) for key, zones in groups.items()]
    return [("UTC", [("UTC", "UTC")]), *found]


def _by_city(zone: tuple[str, str]) -> str:
    return zone[1].casefold()


def _names() -> list[str]:
    """Return the zones of tzdata's own table of countries, which leaves old names out."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    return [line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#")]
