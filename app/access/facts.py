"""What a decision is about and what comes out of it: who acts, what is known, and yes, ask or no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.access.acts import Act
from app.access.conditions import MailFacts
from app.access.scopes import Scope
from app.models.mailbox import MailboxState


class Kind(StrEnum):
    """In what part somebody acts."""

    OWNER = "owner"
    ASSISTANT = "assistant"
    LEAD = "lead"  # of a team: names and removes its members, and has nothing to do with any message
    RULE = "rule"  # an instruction that the owner has accepted, doing by itself what it says
    SYSTEM = "system"  # Deskhand itself: it finds out how something approved ended, and ends an erased one's access


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """What the owner has accepted to be done by itself; `live` while she has not taken it back."""

    id: UUID
    version: int
    live: bool
    acts: frozenset[Act]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever acts now, in what part, and from where: `surface` is console, api or worker, `login_id` which sign-in.

    A program acts as the assistant whose key (`key_id`) it holds; `only` is then what of her grant the key opens,
    nothing if it has ended. None is a person.
    """

    kind: Kind
    person_id: UUID | None
    surface: str
    request_id: str = ""
    instruction: Instruction | None = None
    key_id: UUID | None = None
    only: frozenset[Scope] | None = None
    login_id: UUID | None = None

    @classmethod
    def itself(cls, surface: str) -> Actor:
        """Return Deskhand itself, where it does something of its own accord."""
        return cls(kind=Kind.SYSTEM, person_id=None, surface=surface)

    @property
    def caller(self) -> UUID | None:
        """Return who repeats a call or reads on in a list: a program is somebody else than its assistant."""
        return self.key_id or self.person_id

    def for_audit(self) -> dict[str, Any]:
        """Return the columns of an audit entry that say who acted."""
        return {
            "actor_kind": self.kind.value,
            "actor_id": self.person_id,
            "key_id": self.key_id,
            "surface": self.surface,
            "login_id": self.login_id,
            "request_id": self.request_id,
        }


@dataclass(frozen=True, kw_only=True)
class LeadFacts:
    """What a lead acts under: whether the access is `hers`, whether it still `lives`, and whether what she wants fits.

    `fits` is None where she wants nothing that a ceiling could be held against.
    """

    hers: bool
    lives: bool
    fits: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a decision rests on. None means that it is not known, and then nothing is allowed.

    `private` says why the message or its thread is private, empty if it is not; `excepted` that this one message of a
    private sender's is of a kind the owner lets through; `owner_answers` that nobody but her answers it. `mail` is what
    the message is like, `outside` whether the draft goes to anybody out of the owner's domain, whatever it answers.
    `own_draft` says whether the draft was written under this very grant; `used` how much was done today of what the act
    counts against; `sent_before` how many replies have left under the grant with her approval; `template` whose words
    they are, and `untouched_template` whether they are exactly that text as she has approved it last; `approved`
    whether her valid approval of exactly this stands. `leading` is what a team's lead acts under.
    """

    mailbox_state: MailboxState
    private: str | None = None
    excepted: bool = False
    owner_answers: bool = False
    mail: MailFacts | None = None
    outside: bool = False
    own_draft: bool | None = None
    used: int | None = None
    sent_before: int | None = None
    template: UUID | None = None
    untouched_template: bool = False
    approved: bool = False
    leading: LeadFacts | None = None


@dataclass(frozen=True)
class Allow:
    """It may happen, under this version of the grant (None: the owner in person).

    `alone` obliges whoever shows the message to show nothing else of its conversation.
    """

    grant_version: int | None = None
    reason: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Ask:
    """It may happen once the owner says yes."""

    reason: str


@dataclass(frozen=True)
class Deny:
    """It may not happen; the reason is a code of `access.reasons`."""

    reason: str


Decision = Allow | Ask | Deny
