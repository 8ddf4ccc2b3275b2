"""When people work, and what was said of a reply that is written out of hours."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0011"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the tables and the columns."""
    op.execute(text((SQL / "0013_hours.sql").read_text()))


def downgrade() -> None:
    """Take them away; what waits leaves at the hour it has."""
    op.execute(text((SQL / "0013_hours_down.sql").read_text()))
