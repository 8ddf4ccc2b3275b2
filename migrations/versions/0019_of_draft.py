"""An index for the approvals of a draft: they are looked for at each send."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0019"
down_revision = "0018"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Add it."""
    op.execute(text((SQL / "0019_of_draft.sql").read_text()))


def downgrade() -> None:
    """Take it away."""
    op.execute(text((SQL / "0019_of_draft_down.sql").read_text()))
