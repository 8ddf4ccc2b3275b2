"""Somebody whom a team's lead names: what is wanted, and the row and the link that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from app import clock
from app.access.ceiling import Terms
from app.actions.desk import Desk
from app.actions.links import INVITATION, LINK_LIVES, Link, new_link, same_link
from app.actions.terms import checked_end, checked_name, checked_scopes, readable
from app.models.grant import Invitation
from app.models.team import TeamAccess


@dataclass(frozen=True, kw_only=True)
class Naming:
    """Somebody a lead names: as she calls her, with which rights and until when (None: as far as the ceiling goes).

    `mail_to` is where her link is mailed as well. Of a substitute: whose naming she stands in for, from when (None: at
    once), and the terms that are copied from that member's.
    """

    name: str
    scopes: tuple[str, ...] = ()
    until: datetime | None = None
    mail_to: str = ""
    stands_in_id: UUID | None = None
    begins: datetime | None = None
    copied: Terms | None = field(default=None, repr=False)


def link_for(desk: Desk, access: TeamAccess, wanted: Naming, key: str, number: int) -> Link:
    """Return the link of whoever is named as the `number`th of a call; of a repeated call the same one."""
    if not key:
        return new_link(INVITATION, access.mailbox_id, uuid4())
    same = uuid5(access.id, "|".join((str(desk.actor.person_id), key, str(number), repr(wanted))))  # not what is copied
    return same_link(INVITATION, access.mailbox_id, same, desk.resources.secret)


def row_of(access: TeamAccess, wanted: Naming, link: Link, language: str) -> Invitation:
    """Return the row of somebody who is named; raise BadRequest for a name, right or end that nobody can have."""
    return Invitation(
        mailbox_id=access.mailbox_id,
        id=link.row_id,
        secret_sha256=link.digest,
        scopes=[str(scope) for scope in checked_scopes(wanted.scopes or access.scopes)],
        needs_approval=wanted.copied.needs_approval if wanted.copied else access.needs_approval,
        conditions=readable(wanted.copied.conditions if wanted.copied else access.conditions),
        grant_until=checked_end(wanted.until or access.access_until),
        language=language,
        created_at=clock.now(),
        expires_at=clock.now() + LINK_LIVES,
        access_id=access.id,
        lead_id=access.lead_id,
        name=checked_name(wanted.name),
        stands_in_id=wanted.stands_in_id,
        begins_at=wanted.begins,
    )
