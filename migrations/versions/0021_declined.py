"""A draft remembers the owner's no, and until when other words may be on their way into it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add when she said so, and until when nobody decides."""
    for name in ("declined_at", "editing_until"):
        op.add_column("draft", sa.Column(name, sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Forget both."""
    for name in ("declined_at", "editing_until"):
        op.drop_column("draft", name)
