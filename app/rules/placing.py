"""When a reply may leave that was asked for at some moment: then, or when all concerned work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.errors import BadRequest, EmergencyUnanswered, NoHurry
from app.models.conditions import Hours
from app.rules.hours import next_open, open_at
from app.rules.moments import wall_of

MOST_BECAUSE = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an assistant answers when she is asked, out of hours, whether it is an emergency; None: she was not asked.

    `because` says why it cannot wait.
    """

    emergency: bool | None = None
    because: str = ""


UNASKED = Answer()


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """The calendars of all whom a reply concerns; `zone` is the one in which an hour is told to the assistant."""

    calendars: tuple[Hours, ...] = ()
    may_hurry: bool = False
    zone: str = "UTC"

    def next_open(self, moment: datetime) -> datetime:
        """Return the first moment from this one on at which all work; raise BadRequest if there is none in a year."""
        opens = next_open(self.calendars, moment)
        if opens is None:
            raise BadRequest("There is no hour within a year at which all concerned work. Look at the hours.")
        return opens

    def all_open(self, moment: datetime) -> bool:
        """Say whether all of them work at a moment."""
        return all(open_at(each, moment) for each in self.calendars)


NOBODY = Concerned()


def placed(concerned: Concerned, due_at: datetime, answer: Answer, now: datetime) -> datetime:
    """Return the moment at which a reply leaves that is wanted at `due_at`.

    Who writes out of hours says first whether it is an emergency: EmergencyUnanswered asks her. If it is, and the
    owner lets such replies go, it leaves when it is wanted; NoHurry if she does not, BadRequest without a reason.
    """
    if not concerned.all_open(now) and answer.emergency is None:
        raise EmergencyUnanswered(opens=_said(concerned, concerned.next_open(now)))
    if not answer.emergency:
        return concerned.next_open(due_at)
    if not concerned.all_open(due_at):
        _check_hurry(concerned, due_at, answer)
    return due_at


def _check_hurry(concerned: Concerned, due_at: datetime, answer: Answer) -> None:
    if not concerned.may_hurry:
        raise NoHurry(opens=_said(concerned, concerned.next_open(due_at)))
    because = answer.because.strip()
    if not because or len(because) > MOST_BECAUSE or not because.isprintable():
        raise BadRequest("Say in at most {most} characters why it cannot wait.", most=MOST_BECAUSE)


def _said(concerned: Concerned, moment: datetime) -> str:
    return f"{wall_of(moment, concerned.zone):%Y-%m-%d %H:%M} ({concerned.zone})"
