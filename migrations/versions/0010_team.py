"""Teams with a lead, and what owners let them have at their mailboxes."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the tables and the columns."""
    op.execute(text((SQL / "0010_team.sql").read_text()))


def downgrade() -> None:
    """Take them away. What was given under a ceiling ends first: without it nothing would bound it."""
    op.execute(text((SQL / "0010_team_down.sql").read_text()))
