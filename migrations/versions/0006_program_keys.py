"""Keys for programs, and which key an entry or a scheduled send is of."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Make the table and the two columns."""
    op.execute(text((SQL / "0006_program_keys.sql").read_text()))


def downgrade() -> None:
    """Take them away; programs are locked out, and entries they have left no longer fit their digests."""
    op.execute(text((SQL / "0006_program_keys_down.sql").read_text()))
