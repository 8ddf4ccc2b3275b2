"""Levels of trust: named sets of scopes and conditions that only fill in a form; every tick of it can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.access.acts import OFFERED
from app.access.scopes import Scope
from app.locale.catalogues import N_
from app.models.conditions import UNBOUND, Conditions, MailKind
from app.models.grant import NeedsApproval

FIRST_REPLIES = 10  # of somebody trusted, that the owner still approves


class Level(StrEnum):
    """A rung of the ladder."""

    DIARY = "diary"
    TRAINEE = "trainee"
    TRUSTED = "trusted"
    FULL = "full"


@dataclass(frozen=True, kw_only=True)
class LevelRule:
    """What a level is called and fills in; `says` what that means today."""

    name: str
    says: str
    scopes: frozenset[Scope]
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS
    conditions: Conditions = UNBOUND


_TRAINEE = frozenset({Scope.LIST, Scope.READ, Scope.LABEL, Scope.DRAFT})

LEVELS: dict[Level, LevelRule] = {
    Level.DIARY: LevelRule(
        name=N_("Diary only"),
        says=N_(
            "Sees only mail about appointments or with invitations, and answers it with texts that you have approved; "
            "you approve each reply before it leaves."
        ),
        scopes=frozenset({Scope.LIST, Scope.READ, Scope.REPLY_TEMPLATE}),
        conditions=Conditions(kinds=frozenset(MailKind), existing_threads_only=True),
    ),
    Level.TRAINEE: LevelRule(
        name=N_("Trainee"),
        says=N_("Reads, labels and drafts; you approve every reply."),
        scopes=_TRAINEE,
    ),
    Level.TRUSTED: LevelRule(
        name=N_("Trusted"),
        says=N_("Does everything on the list but the spam; you approve the first ten replies."),
        scopes=OFFERED - {Scope.SPAM_REVIEW},
        needs_approval=NeedsApproval.FIRST,
        conditions=Conditions(approve_first=FIRST_REPLIES),
    ),
    Level.FULL: LevelRule(
        name=N_("Full"),
        says=N_("Does everything on the list, without asking you."),
        scopes=OFFERED,
        needs_approval=NeedsApproval.NEVER,
    ),
}
