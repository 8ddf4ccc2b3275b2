"""Everything about one mailbox that its owner needs at a glance, gathered for its page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app import clock
from app.actions import approve, grants, pending, schedule
from app.actions.desk import Desk
from app.actions.headings import Headings, drafts_of, headings
from app.actions.people import Names, people_of
from app.models.draft import Draft, ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus, Invitation
from app.models.person import Person

STUCK = (SendState.HELD, SendState.NEEDS_HUMAN)


@dataclass(frozen=True, kw_only=True)
class Glance:
    """What waits for the owner, what is to leave, who assists, and who has been invited."""

    waiting: list[tuple[Draft, ScheduledSend | None]]
    stuck: list[ScheduledSend]
    coming: list[ScheduledSend]
    drafts: dict[UUID, Draft]
    headings: Headings
    live: list[Grant]
    over: list[Grant]
    offers: list[tuple[Invitation, Person | None]]
    people: Names

    @property
    def any_active(self) -> bool:
        """Whether there is somebody to stop."""
        now = clock.now()
        return any(grant.status == GrantStatus.ACTIVE and not grant.over(now) for grant in self.live)

    @property
    def to_confirm(self) -> list[tuple[Invitation, Person]]:
        """Return the invitations that somebody accepted and the owner has not confirmed yet."""
        return [(invitation, person) for invitation, person in self.offers if person]


async def glance(desk: Desk) -> Glance:
    """Gather the page of the desk's own mailbox."""
    waiting, sends = await approve.waiting_for_approval(desk), await schedule.scheduled(desk)
    drafts = {row.id: row for row, _send in waiting} | await drafts_of(desk, sends)
    given = await grants.list_grants(desk)
    return Glance(
        waiting=waiting,
        # What waits for an approval stands there already.
        stuck=[send for send in sends if send.state in STUCK and send.reason != "approval_missing"],
        coming=[send for send in sends if send.state not in STUCK],
        drafts=drafts,
        headings=await headings(desk, drafts.values()),
        live=[grant for grant in given if grant.status != GrantStatus.REVOKED],
        over=[grant for grant in given if grant.status == GrantStatus.REVOKED],
        offers=await pending.pending(desk),
        people=await people_of(desk),
    )
