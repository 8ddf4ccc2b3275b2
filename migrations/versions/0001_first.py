"""The first tables, their rights, and the job engine's schema."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0001"
down_revision = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Make everything."""
    op.execute(text((SQL / "0001_tables.sql").read_text().replace(":", r"\:")))
    op.execute(text(SchemaManager.get_schema().replace(":", r"\:")))
    op.execute(text((SQL / "0001_rights.sql").read_text().replace(":", r"\:")))


def downgrade() -> None:
    """Refuse: there is nothing before the first version, and audit entries are never dropped."""
    raise NotImplementedError("the first version cannot be undone; restore a backup instead")
