"""Public holidays by country and region, from the library that collects the world's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from app.errors import BadRequest

# The library's names of languages for ours; a country that does not speak it has the names in its own.
LANGUAGES = {"en": "en_US", "es": "es", "fr": "fr"}


def regions() -> Mapping[str, tuple[str, ...]]:
    """Return the countries that are known, each with the codes of its regions."""
    return _known()


@lru_cache(maxsize=512)
def region_names(country: str) -> Mapping[str, str]:
    """Return what a country's regions are called there, by their codes; a code that has no name is its own."""
    known = type(holidays.country_holidays(country)).get_subdivision_aliases() if country in _known() else {}
    # Among the names of some stand older codes.
    return {
        code: next((name for name in known.get(code, ()) if not name.isupper()), code)
        for code in _known().get(country, ())
    }


def require_known(country: str, region: str) -> None:
    """Raise BadRequest for a country or a region that nobody has collected the holidays of."""
    if country and country not in _known():
        raise BadRequest("The public holidays of {country} are not known here.", country=country)
    if region and region not in _known().get(country, ()):
        raise BadRequest("{country} has no region {region}.", country=country or "?", region=region[:30])


@lru_cache(maxsize=512)
def public_holidays(country: str, region: str, year: int, language: str = "") -> Mapping[date, str]:
    """Return a year's public holidays with their names; none for a country or a region that is not known (any more)."""
    if country not in _known():
        return {}
    region = region if region in _known()[country] else ""
    plain = holidays.country_holidays(country)
    wanted = LANGUAGES.get(language)
    spoken = wanted if wanted in plain.supported_languages else plain.default_language
    # A language is always named: left out, the machine's own would be taken.
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=spoken)
    return dict(found.items())


@lru_cache(maxsize=1)
def _known() -> Mapping[str, tuple[str, ...]]:
    return {
        country: tuple(found) for country, found in holidays.list_supported_countries().items() if len(country) == 2
    }
