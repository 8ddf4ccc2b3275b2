"""How much may leave a mailbox in a day and a minute, and what waits for that."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the tables and columns."""
    op.execute(text((SQL / "0018_sending_limits.sql").read_text()))


def downgrade() -> None:
    """Take them away; what waits for a limit leaves at its hour."""
    op.execute(text((SQL / "0018_sending_limits_down.sql").read_text()))
