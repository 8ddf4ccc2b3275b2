"""Grants that come to their end by themselves are found, and what was ended is found in the chain."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Show the dispatcher which grants are at their end, and make both searches quick."""
    op.execute(text((SQL / "0009_ending.sql").read_text().replace(":", r"\:")))


def downgrade() -> None:
    """Take that away again."""
    op.execute(text((SQL / "0009_ending_down.sql").read_text().replace(":", r"\:")))
