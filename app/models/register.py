"""The register of tables: whose data each holds, what becomes of it when she is erased, and where a copy has it.

A new table is not finished before it stands here; a test compares the register with the tables there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlmodel import SQLModel

from app.models.audit import AuditEntry, AuditHead, DenialCount, Installation
from app.models.draft import Approval, Draft, ScheduledSend
from app.models.erasure import Erasure
from app.models.grant import Agreement, DailyCount, Grant, Invitation, Proposal
from app.models.handover import Handover
from app.models.hours import MailboxHours, PersonHours
from app.models.mailbox import (
    Connection,
    KnownMessage,
    Mailbox,
    MailboxKey,
    MailboxLimit,
    PrivateLabel,
    Restoration,
    SenderRule,
    SendingLimit,
)
from app.models.notice import Notice
from app.models.person import AdminRequest, ConsentRequest, Login, Person
from app.models.program_key import ProgramKey
from app.models.team import Team, TeamAccess
from app.models.template import Template, TemplateVersion


class Fate(StrEnum):
    """What becomes of a person's rows when she is erased."""

    DELETED = "deleted"
    EMPTIED = "emptied"  # the row stays for what refers to it, without anything that says who or what it was
    KEPT = "kept"  # it names nobody, or it is the other side's proof as well
    NOBODYS = "nobodys"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One table. `of` is the column that says whose: `mailbox_id`, or one that holds a person's id.

    `file` is where a copy of her data has the rows, without the columns of `hidden`; empty where `why` says why not.
    `sealed` are columns that are opened for it, each with the name it was sealed under (`table.column`).
    """

    table: type[SQLModel]
    of: str
    fate: Fate = Fate.DELETED
    file: str = ""
    hidden: frozenset[str] = frozenset()
    sealed: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    @property
    def name(self) -> str:
        """Return the table's name."""
        return str(self.table.__tablename__)


_WORK = frozenset({"dispatched_at", "fence"})
_LETTERS = frozenset({"address", "link", "message_id", "tries", "once", "intent_at"})

# In the order in which rows can be deleted: what refers to others first.
REGISTER: tuple[Entry, ...] = (
    Entry(table=Approval, of="mailbox_id", file="approvals"),
    Entry(
        table=ScheduledSend,
        of="mailbox_id",
        file="scheduled_sends",
        hidden=_WORK | {"look_at"},
        sealed={"urgency": "scheduled_send.urgency"},
    ),
    Entry(table=Draft, of="mailbox_id", file="drafts", sealed={"word": "draft.word", "drafted": "draft.drafted"}),
    Entry(table=ProgramKey, of="mailbox_id", file="program_keys", hidden=frozenset({"secret_sha256"})),
    Entry(table=TemplateVersion, of="mailbox_id", file="template_texts", sealed={"words": "template_version.words"}),
    Entry(table=Template, of="mailbox_id", file="templates"),
    Entry(table=KnownMessage, of="mailbox_id", file="messages"),
    Entry(table=SenderRule, of="mailbox_id", file="sender_rules"),
    Entry(table=PrivateLabel, of="mailbox_id", file="private_labels"),
    Entry(table=Handover, of="mailbox_id", file="handovers", sealed={"words": "handover.words"}),
    Entry(table=MailboxHours, of="mailbox_id", file="hours"),
    Entry(table=MailboxLimit, of="mailbox_id", file="sending_limit"),
    Entry(table=DailyCount, of="mailbox_id", file="daily_counts"),
    Entry(table=Restoration, of="mailbox_id", file="restorations", hidden=frozenset({"taken_at"})),
    Entry(table=Invitation, of="mailbox_id", file="invitations", hidden=frozenset({"secret_sha256"})),
    Entry(table=TeamAccess, of="mailbox_id", file="teams", hidden=frozenset({"secret_sha256"})),
    Entry(
        table=Connection,
        of="mailbox_id",
        file="connections",
        hidden=frozenset({"refresh_token", "access_token", "access_until"}),
    ),
    Entry(table=MailboxKey, of="mailbox_id", why="a secret; whoever has it could open what is sealed"),
    Entry(
        table=Agreement,
        of="mailbox_id",
        fate=Fate.KEPT,
        file="agreements",
        why="the other side's proof of what was agreed",
    ),
    Entry(
        table=Grant,
        of="mailbox_id",
        fate=Fate.EMPTIED,
        file="grants",
        why="ids and dates that the agreements refer to; what the access was bound to stands in those",
    ),
    Entry(
        table=AuditEntry, of="mailbox_id", fate=Fate.KEPT, file="audit", why="a chain: a gap would look like a forgery"
    ),
    Entry(
        table=DenialCount, of="mailbox_id", fate=Fate.KEPT, file="refusals", why="numbers on their way into the chain"
    ),
    Entry(table=AuditHead, of="mailbox_id", fate=Fate.KEPT, why="the number and digest of the chain's last entry"),
    Entry(table=Mailbox, of="owner_id", fate=Fate.EMPTIED, file="settings", why="the audit chain refers to it"),
    Entry(table=Login, of="person_id", file="sign_ins", hidden=frozenset({"secret_sha256"})),
    Entry(table=PersonHours, of="person_id", file="own_hours"),
    Entry(table=AdminRequest, of="person_id", file="administrator_requests"),
    Entry(table=ConsentRequest, of="person_id", why="secrets of a journey to a provider, for twenty minutes"),
    Entry(table=Notice, of="person_id", file="notices", hidden=_WORK | _LETTERS),
    Entry(table=Proposal, of="assistant_id", file="proposals", hidden=frozenset({"secret_sha256"})),
    Entry(table=Team, of="lead_id", fate=Fate.EMPTIED, file="teams_led", why="accesses at mailboxes refer to it"),
    Entry(table=Person, of="id", fate=Fate.EMPTIED, file="profile", why="grants and agreements refer to it"),
    Entry(table=Erasure, of="person_id", fate=Fate.KEPT, why="the list that is applied again after a restore"),
    Entry(table=SendingLimit, of="", fate=Fate.NOBODYS, why="what providers let each kind of account send"),
    Entry(table=Installation, of="", fate=Fate.NOBODYS, why="this installation's own secret"),
)


def of_mailboxes(fate: Fate | None = None) -> list[Entry]:
    """Return the tables whose rows belong to a mailbox, in the order of deletion; all, or those of one fate."""
    return [entry for entry in REGISTER if entry.of == "mailbox_id" and fate in (None, entry.fate)]


def of_people(fate: Fate | None = None) -> list[Entry]:
    """Return the tables whose rows belong to a person herself; all, or those of one fate."""
    return [entry for entry in REGISTER if entry.of not in ("", "mailbox_id") and fate in (None, entry.fate)]
