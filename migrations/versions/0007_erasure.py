"""Erasures, and what a person may look up of her own: what she agreed to, and which invitations she took."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0007"
down_revision = "0006"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Make the table, and let a person find her own agreements and accepted invitations."""
    op.execute(text((SQL / "0007_erasure.sql").read_text()))


def downgrade() -> None:
    """Take both away. Who was erased stays erased; an old backup that is restored no longer learns of it."""
    op.execute(text((SQL / "0007_erasure_down.sql").read_text()))
