"""A draft that its owner has sent back, and with what word."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the columns."""
    op.execute(text((SQL / "0014_sent_back.sql").read_text()))


def downgrade() -> None:
    """Take them away; what was sent back waits for approval again."""
    op.execute(text((SQL / "0014_sent_back_down.sql").read_text()))
