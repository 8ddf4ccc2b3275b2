"""The README says of each provider what the adapters do."""

from __future__ import annotations

from app.providers.features import FEATURES, table
from tests.house.result import ROOT


def test_the_readme_has_the_table_as_it_stands_in_the_code() -> None:
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_row_speaks_of_both() -> None:
    assert all(row.what and row.gmail and row.graph for row in FEATURES)
