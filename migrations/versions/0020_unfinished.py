"""The dispatcher finds drafts whose writing was cut short, in all mailboxes at once."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Let it see where and since when; nothing of what they say."""
    op.execute(text((SQL / "0020_unfinished.sql").read_text()))


def downgrade() -> None:
    """Take that away."""
    op.execute(text((SQL / "0020_unfinished_down.sql").read_text()))
