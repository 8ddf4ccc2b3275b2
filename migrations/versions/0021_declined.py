"""A draft remembers the owner's no, and until when other words may be on their way into it."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add when she said so, and until when nobody decides."""
    op.execute(text((SQL / "0021_declined.sql").read_text()))


def downgrade() -> None:
    """Forget both."""
    op.execute(text((SQL / "0021_declined_down.sql").read_text()))
