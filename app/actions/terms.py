"""What may be offered: the rights on the list, what binds them, and an end within a year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app import clock
from app.access.acts import OFFERED
from app.access.conditions import asks_as_much, within
from app.access.scopes import Scope, closed, ordered
from app.errors import BadRequest, Conflict
from app.locale.catalogues import N_
from app.models.conditions import Conditions
from app.models.grant import Grant, NeedsApproval
from app.rules.addresses import as_sender
from app.rules.label_names import is_state
from app.rules.moments import zone_named

WIDER = N_("This would give more than was agreed. Invite the assistant anew for that.")
LONGEST_GRANT = timedelta(days=366)
LONGEST_NAME = 100


def checked_scopes(scopes: Iterable[str]) -> list[Scope]:
    """Return the scopes with what they imply, in the table's order; raise BadRequest for none or an unknown one."""
    try:
        wanted = closed(scopes)
    except ValueError:
        raise BadRequest("One of these rights is not known here.") from None
    if not wanted or not wanted <= OFFERED:
        raise BadRequest("Choose at least one of the rights on the list.")
    return ordered(wanted)


def checked_conditions(conditions: Conditions) -> Conditions:
    """Return conditions with senders as rules name them; raise BadRequest for what is no sender, zone or label.

    A tab of Gmail's inbox will do as a label, a place or a state of mail does not: nothing is judged by it.
    """
    if conditions.hours:
        zone_named(conditions.hours.zone)
    labels = conditions.labels_in | conditions.labels_out
    if any(not name.isprintable() or name != name.strip() for name in labels):
        raise BadRequest("A label has a name of printable characters.")
    if any(map(is_state, labels)):
        raise BadRequest("This is a place or a state of mail, and no label.")
    return conditions.model_copy(update={"senders": frozenset(as_sender(each) for each in conditions.senders)})


def tightened(grant: Grant, needs_approval: NeedsApproval, conditions: Conditions | None) -> Conditions:
    """Return what binds a grant from now on (None: what bound it before); raise BadRequest if it would be freer."""
    before = readable(grant.conditions)
    bound = checked_conditions(conditions) if conditions else before
    if not within(bound, before) or not asks_as_much(needs_approval, grant.needs_approval):
        raise BadRequest(WIDER)
    return bound


def readable(conditions: Conditions | None) -> Conditions:
    """Return conditions that were kept; raise Conflict for some that a later version wrote and this one cannot read."""
    if conditions is None:
        raise Conflict("This was written by a newer version of Deskhand. Make it anew.")
    return conditions


def checked_end(until: datetime) -> datetime:
    """Return the end of a grant; raise BadRequest if it is past or more than a year away."""
    if until.tzinfo is None or not clock.now() < until <= clock.now() + LONGEST_GRANT:
        raise BadRequest("Choose an end date within the next year.")
    return until


def checked_name(name: str) -> str:
    """Return a name of a team or a member, without blanks around it; raise BadRequest for none or an unreadable one."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise BadRequest("A name has between one and {most} printable characters.", most=LONGEST_NAME)
    return plain
