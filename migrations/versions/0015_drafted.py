"""What an assistant has written, sealed, as long as it is a draft: so that she sees what was changed in it."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add the column; of drafts that are there already nothing is known."""
    op.execute(text((SQL / "0015_drafted.sql").read_text()))


def downgrade() -> None:
    """Take it away."""
    op.execute(text((SQL / "0015_drafted_down.sql").read_text()))
