"""The commands about copies of what is kept here, and about its end."""

from __future__ import annotations

from app.cli.backup import backup
from app.cli.erase import erase
from app.cli.export import export
from app.cli.restore import restore

KEEPING = (backup, restore, export, erase)
