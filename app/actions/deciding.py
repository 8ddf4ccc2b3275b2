"""A decision on rows that are locked until it is committed, counted against the day's numbers beside it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import ACTS, Act
from app.access.decide import Actor, Allow, Decision, Facts, Kind, decide, granted, refused_anyway
from app.actions import caps
from app.actions.ceilings import leading
from app.actions.hand import About
from app.actions.locked import Locked, lock
from app.actions.on_draft import draft_locked, is_approved, is_untouched
from app.actions.seeing import Judged
from app.rules.addresses import same_organisation


async def decided(
    session: AsyncSession, actor: Actor, mailbox_id: UUID, act: Act, *, about: About, judged: Judged | None
) -> tuple[Decision, Locked]:
    """Decide about an act, and count it if it is allowed; return the rows beside the decision that rests on them.

    `judged` is the message as it was judged before the locks were taken.
    """
    rests_on = await lock(session, actor, mailbox_id, act)
    # One day for what is judged and what is counted: whoever waits for others here may wait until the next.
    day = caps.today(rests_on.mailbox, rests_on.grant)
    facts = await _facts(session, rests_on, act, about=about, judged=judged, day=day)
    given, now = granted(rests_on.grant), clock.now()
    decision = decide(rests_on.actor, given, act, facts, now)
    if facts.private is None and actor.kind is Kind.ASSISTANT:  # why nobody has looked says more
        decision = refused_anyway(rests_on.actor, given, act, facts, now) or decision
    if isinstance(decision, Allow):
        await caps.count(session, rests_on.grant, act, about, day)
    return decision, rests_on


async def _facts(
    session: AsyncSession, rests_on: Locked, act: Act, *, about: About, judged: Judged | None, day: date
) -> Facts:
    (mailbox, grant, actor), draft = rests_on, about.draft
    if draft is not None and not ACTS[act].looks:
        draft = await draft_locked(session, draft)
    # What was judged by sender rules that have changed since is not known.
    known = judged is not None and judged.row.senders_version == mailbox.senders_version
    return Facts(
        mailbox_state=mailbox.state,
        private=judged.row.private if judged is not None and known else None,
        excepted=judged is not None and judged.row.excepted,
        mail=judged.mail if judged is not None else None,
        outside=not all(same_organisation(each, mailbox.address) for each in about.recipients),
        used=await caps.used_on(session, grant, act, about, day),
        sent_before=await caps.sent_before(session, grant, act),
        template=about.template.id if about.template else (draft.template_id if draft else None),
        untouched_template=await is_untouched(session, draft, about),
        own_draft=None if draft is None else bool(grant and draft.grant_id == grant.id),
        leading=await leading(session, actor, mailbox.id, about),
        approved=grant is not None and draft is not None and await is_approved(session, grant, draft, about),
    )
