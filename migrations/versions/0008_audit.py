"""The audit says more of each act, counts what is refused over and over, and its end only moves forward."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the columns, the table of counts and the triggers."""
    op.execute(text((SQL / "0008_audit.sql").read_text().replace(":", r"\:")))


def downgrade() -> None:
    """Take them away again; an entry that says something in one of these columns can then no longer be recomputed."""
    op.execute(text((SQL / "0008_audit_down.sql").read_text().replace(":", r"\:")))
