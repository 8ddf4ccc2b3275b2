"""What a grant is bound to, daily counts, private labels, and kinds of mail that are let through."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the columns and the tables."""
    op.execute(text((SQL / "0004_conditions.sql").read_text()))


def downgrade() -> None:
    """Take them away. A grant that was bound is paused first: without its conditions it would allow more."""
    op.execute(text((SQL / "0004_conditions_down.sql").read_text()))
