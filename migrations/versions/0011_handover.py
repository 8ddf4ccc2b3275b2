"""Hand-over notes for whoever stands in for an assistant."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0011"
down_revision = "0010"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the table and the columns."""
    op.execute(text((SQL / "0011_handover.sql").read_text()))


def downgrade() -> None:
    """Take them away, and the links of whoever was to stand in."""
    op.execute(text((SQL / "0011_handover_down.sql").read_text()))
