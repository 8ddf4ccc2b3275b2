"""The tables. All of them together: a foreign key finds its table only where that was imported too."""

from app.models import (
    audit,
    draft,
    erasure,
    grant,
    handover,
    mailbox,
    notice,
    person,
    program_key,
    team,
    template,
)

__all__ = [
    "audit",
    "draft",
    "erasure",
    "grant",
    "handover",
    "mailbox",
    "notice",
    "person",
    "program_key",
    "team",
    "template",
]
