"""What comes over a mailbox without being an act that anybody is allowed or refused; the word stands in the audit."""

from __future__ import annotations

from enum import StrEnum


class Happening(StrEnum):
    """One thing that happens: a consent given or lost, a backup put back, a grant that came to its end date."""

    CONNECT = "connect"
    CONNECTION_LOST = "connection_lost"
    RESTORED = "restored"
    EXPIRE = "expire"
