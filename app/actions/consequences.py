"""What erasing a person would do: told before she is asked whether she means it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.actions.grants import list_grants
from app.actions.led import led
from app.actions.mailboxes import mailboxes
from app.actions.overview import assisted
from app.actions.resources import Resources
from app.actions.schedule import scheduled
from app.actions.seats import open_desk
from app.models.draft import SendState
from app.models.grant import GrantStatus
from app.models.mailbox import Mailbox


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """Numbers of what ends: `assistants` lose access, `waiting` replies do not leave, `on_their_way` are waited for.

    `leads_at` are the addresses of mailboxes where a team of hers was let in.
    """

    own: tuple[Mailbox, ...] = ()
    assistants: int = 0
    waiting: int = 0
    on_their_way: int = 0
    assists: tuple[Mailbox, ...] = ()
    scheduled_elsewhere: int = 0
    leads_at: tuple[str, ...] = ()


async def consequences(resources: Resources, person_id: UUID) -> Consequences:
    """Return what an erasure of this person would do now."""
    own = [each for each in await mailboxes(resources, person_id) if each.owner_id == person_id]
    assistants, waiting, leaving = set[UUID](), 0, 0
    for mailbox in own:
        desk = await open_desk(resources, person_id, mailbox.id, surface="console")
        live = [grant for grant in await list_grants(desk) if grant.status != GrantStatus.REVOKED]
        assistants |= {grant.assistant_id for grant in live}
        sends = await scheduled(desk)
        begun = sum(send.state == SendState.INTENT for send in sends)
        waiting, leaving = waiting + len(sends) - begun, leaving + begun
    elsewhere = await assisted(resources, person_id)
    return Consequences(
        own=tuple(own),
        assistants=len(assistants),
        waiting=waiting,
        on_their_way=leaving,
        assists=tuple(mailbox for mailbox, _grant in elsewhere),
        leads_at=tuple(each.access.address for each in await led(resources, person_id) if not each.access.ended_at),
        scheduled_elsewhere=sum([await _scheduled_at(resources, person_id, mailbox) for mailbox, _ in elsewhere]),
    )


async def _scheduled_at(resources: Resources, person_id: UUID, mailbox: Mailbox) -> int:
    return len(await scheduled(await open_desk(resources, person_id, mailbox.id, surface="console")))
