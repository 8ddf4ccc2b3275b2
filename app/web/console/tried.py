"""Terms that are only tried: on the preview, and on their way between it and the form of an invitation."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from pydantic import ConfigDict, Field, field_validator

from app.access.acts import OFFERED
from app.access.levels import LEVELS, Level
from app.access.scopes import SCOPES, Scope, closed
from app.actions.preview import Preview
from app.locale.catalogues import N_, Language
from app.models.grant import NeedsApproval
from app.web.console import terms
from app.web.console.bounds import BoundsFields
from app.web.console.terms import InviteForm
from app.web.console.week import When

SHOWN = 8  # of labels and senders, those with most mail

# What a tick lets an assistant do with the mail that is left; its figure is how many there are.
EFFECTS = {
    Scope.LIST: N_("sees of these {count} who wrote, when and about what"),
    Scope.READ: N_("reads these {count}"),
    Scope.ATTACH_READ: N_("opens the attachments of these {count}"),
    Scope.LABEL: N_("puts labels on these {count} and takes them off"),
    Scope.ARCHIVE: N_("may move these {count} into the archive"),
    Scope.TRASH: N_("may put these {count} into the trash"),
    Scope.SPAM_REVIEW: N_("looks through the spam folder as well, which is not counted here"),
    Scope.DRAFT: N_("may write drafts of answers to these {count}"),
    Scope.REPLY_TEMPLATE: N_("may answer these {count} with texts that you have approved"),
    Scope.REPLY_FREE: N_("may answer these {count} in their own words"),
    Scope.SCHEDULE: N_("chooses the hour at which an answer to one of these {count} leaves"),
}


class TriedTerms(BoundsFields):
    """Terms in an address: `tried` says that a form was sent, a `level` that it is to be filled in by that."""

    model_config = ConfigDict(extra="ignore")  # the language switch and notices stand in the address too

    tried: bool = False
    level: Level | None = None
    scopes: list[str] = Field(default_factory=list, max_length=len(Scope))
    until: date | None = None
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS
    mail_to: str = Field(default="", max_length=320)

    @field_validator("until", mode="before")
    @classmethod
    def _no_day(cls, given: object) -> object:
        return given or None

    def kept(self, zone: str) -> dict[str, Any]:
        """Return the fields of an invitation's form as they were typed; `zone` is the mailbox's."""
        own = self.model_dump(exclude={"tried", "level"})
        return own | {"until": self.until or terms.usual_end(zone), "zone": self.zone or zone}


def to_begin_with(zone: str) -> TriedTerms:
    """Return what a preview shows before anything was tried: what a trainee would see."""
    return TriedTerms(tried=True, **terms.of_level(LEVELS[Level.TRAINEE], zone))


def as_query(form: InviteForm | TriedTerms, **changes: object) -> str:
    """Return terms as the query of an address, what says nothing left out; nothing of it proves who sent it."""
    typed = form.model_dump(mode="json", exclude={"csrf", "do", "tried", "level"}) | changes
    said = {name: "yes" if value is True else value for name, value in typed.items() if _says(value)}
    return urlencode({"tried": "yes"} | said, doseq=True)


def _says(value: object) -> bool:
    return any(value) if isinstance(value, list) else value not in ("", None, False, When.ANY.value)


def effects(tried: TriedTerms, found: Preview, language: Language) -> list[tuple[bool, str]]:
    """Return for each right that can be ticked whether it is, with what it does to the mail that is left."""
    given, told = ticked(tried), language.gettext
    return [
        (scope in given, told(says).format(count=found.seen) if scope in given else told(SCOPES[scope].says))
        for scope, says in EFFECTS.items()
        if scope in OFFERED
    ]


def ticked(tried: TriedTerms) -> frozenset[Scope]:
    """Return the rights that the ticks give; a word that is no right is left out."""
    return closed(word for word in tried.scopes if word in set(Scope))


def narrower(tried: TriedTerms, found: Preview) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return, under the name of each condition, (what could be ticked, how many are left, the query that tries it)."""
    kinds = [(kind.value, count, as_query(tried, kinds=[kind.value])) for kind, count in found.kinds.items()]
    labels = [(name, count, as_query(tried, labels_in=name)) for name, count in _most(found.labels)]
    senders = [(name, count, as_query(tried, senders=name)) for name, count in _most(found.senders)]
    return [(name, rows) for name, rows in (("kinds", kinds), ("labels_in", labels), ("senders", senders)) if rows]


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:SHOWN]
