"""Mailboxes that came back from a backup."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the table."""
    op.execute(text((SQL / "0017_restoration.sql").read_text()))


def downgrade() -> None:
    """Take it away; a mailbox that waits for its owner's word stays in that state."""
    op.execute(text((SQL / "0017_restoration_down.sql").read_text()))
