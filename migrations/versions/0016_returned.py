"""When to look whether a reply that has left was returned."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the column; what has left before is not looked after."""
    op.execute(text((SQL / "0016_returned.sql").read_text()))


def downgrade() -> None:
    """Take it away."""
    op.execute(text((SQL / "0016_returned_down.sql").read_text()))
