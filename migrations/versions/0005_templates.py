"""Templates: reply texts that the owner has approved."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Make the tables, and the columns that say from which template a draft was made."""
    op.execute(text((SQL / "0005_templates.sql").read_text()))


def downgrade() -> None:
    """Take them away; what was drafted from a template is then asked about like any other words."""
    op.execute(text((SQL / "0005_templates_down.sql").read_text()))
