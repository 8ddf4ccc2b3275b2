"""Whether what a long look rests on still holds when it ends."""

from __future__ import annotations

from collections.abc import Sequence

from app.access.acts import Act
from app.access.decide import Allow
from app.access.visibility import PrivateRules
from app.actions.deciding import decided
from app.actions.desk import Desk
from app.actions.hand import About, Hand
from app.actions.known import private_rules
from app.errors import Conflict
from app.locale.catalogues import N_

CHANGED = N_("Something that your access rests on has just changed. Search again.")


async def require_unchanged(desk: Desk, hand: Hand, act: Act, by: Sequence[PrivateRules]) -> None:
    """Require that the act is still allowed by the same grant, and that what was judged by are the rules of now.

    Raises what the refusal means, which is recorded, or Conflict: nothing is shown that was in order a moment ago.
    """
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        decision, now = await decided(session, desk.actor, desk.mailbox.id, act, about=About(), judged=None)
        rules = await private_rules(session, desk.mailbox.id)
    if not isinstance(decision, Allow):
        await desk.refuse(act, decision.reason)
    same_grant = (now.grant and now.grant.version) == (hand.grant and hand.grant.version)
    if not same_grant or any(each != rules for each in by):
        raise Conflict(CHANGED)
