"""Alembic's environment: the migrations run on the connection that `app.db.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import app.models.audit
import app.models.draft
import app.models.grant
import app.models.mailbox
import app.models.notice
import app.models.person  # noqa: F401 - the tables


def of_deskhand(name: str | None, kind: str, parents: object) -> bool:
    """Leave the job engine's own tables out of the comparison."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_name=of_deskhand,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
