"""Time zones as people look for their own: by continent, by city, in their language."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from app.locale.catalogues import language
from app.rules.moments import zone_named
from app.web.zones import zone_groups


@pytest.mark.parametrize("code", ["es", "fr", "en"])
def test_every_zone_is_one_that_can_be_kept(code: str) -> None:
    names = [name for _continent, zones in zone_groups(language(code)) for name, _city in zones]
    assert len(names) == len(set(names)) > 400
    for name in names:
        assert zone_named(name) == ZoneInfo(name)


@pytest.mark.parametrize("code", ["es", "fr", "en"])
def test_cities_stand_in_the_order_of_the_alphabet_and_none_twice(code: str) -> None:
    for continent, zones in zone_groups(language(code)):
        cities = [city for _name, city in zones]
        assert cities == sorted(cities, key=str.casefold), continent
        assert len(cities) == len(set(cities)), continent


def test_utc_comes_first() -> None:
    assert zone_groups(language("en"))[0] == ("UTC", [("UTC", "UTC")])


def test_places_are_named_as_their_readers_name_them() -> None:
    spanish = dict(zone for _, zones in zone_groups(language("es")) for zone in zones)
    french = dict(zone for _, zones in zone_groups(language("fr")) for zone in zones)
    assert spanish["Europe/London"] == "Londres"
    assert french["Europe/Copenhagen"] == "Copenhague"
    continents = {code: [continent for continent, _ in zone_groups(language(code))] for code in ("es", "fr", "en")}
    assert continents["es"] != continents["en"]


def test_old_names_of_zones_are_left_out() -> None:
    names = {name for _, zones in zone_groups(language("en")) for name, _city in zones}
    assert "America/Buenos_Aires" not in names
    assert "America/Argentina/Buenos_Aires" in names
    assert "US/Eastern" not in names
