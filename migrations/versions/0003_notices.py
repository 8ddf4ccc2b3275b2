"""Notices, and the installation's own secret."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Make the table of notices and the place of the secret."""
    op.execute(text((SQL / "0003_notices.sql").read_text().replace(":", r"\:")))


def downgrade() -> None:
    """Take them away again; the marks on letters that have left can then no longer be recognised."""
    op.execute(text("drop table notice"))
    op.execute(text("alter table installation drop column secret"))
    op.execute(text("drop policy listed on mailbox_key"))
    op.execute(text("revoke select (mailbox_id, master_id) on mailbox_key from deskhand_dispatch"))
    op.execute(text("revoke update (master_id, proof) on installation from deskhand_app"))
