"""When a consent ends, requests to administrators, and access tokens that our processes share."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the columns and the table."""
    op.execute(text((SQL / "0002_consent.sql").read_text()))


def downgrade() -> None:
    """Take them away; mailboxes refresh once more, and who waits for an administrator asks again."""
    op.execute(text((SQL / "0002_consent_down.sql").read_text()))
