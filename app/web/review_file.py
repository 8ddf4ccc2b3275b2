"""A review of accesses as a file for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from starlette.responses import Response

from app.actions.review import Reviewed
from app.rules.tables import safe_cell
from app.web.downloads import as_download

COLUMNS = ("name", "address", "team", "rights", "status", "since", "until", "last_used", "remark")


def as_file(rows: Iterable[Reviewed]) -> Response:
    """Return a review as a table to save, in which no cell is taken for a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for each in rows:
        grant = each.grant
        cells = (each.person.name, each.person.email, each.team, " ".join(grant.scopes), grant.status.value)
        days = (grant.begins_at.date(), grant.expires_at.date(), each.last_used or "")
        writer.writerow([safe_cell(cell) for cell in (*cells, *days, each.remark)])
    return as_download("accesses.csv", out.getvalue().encode("utf-8-sig"))
