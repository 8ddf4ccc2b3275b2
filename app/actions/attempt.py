"""One attempt to send: the intent under the grant's lock, one call, and how that ended."""

from __future__ import annotations

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.errand import Errand, Found, errand_of, look
from app.actions.hand import About
from app.actions.intent import write_intent
from app.actions.patience import later
from app.actions.places import NoPlace
from app.actions.postpone import wait_for_place
from app.actions.settling import hold, settle, why_held, written_down
from app.errors import Conflict, Denied, MessageGone, NoAnswer, NotFound, ProviderBusy, ProviderError
from app.models.draft import ScheduledSend, SendState


async def attempt(desk: Desk, errand: Errand, found: Found) -> ScheduledSend | None:
    """Write the intent down and send; what was refused is held, what nobody knows stays in intent.

    Returns the row of what has left, if it still was this worker's to write. What is refused before that is held only
    if the row is still as it was read: another worker may have begun to send it, and its fence is the one that this
    worker would have written.
    """
    fence = errand.send.fence + 1
    written, version = None, None
    row: ScheduledSend | None = None
    about = About(
        message=errand.message,
        looked=found.looked,
        draft=errand.draft,
        send=errand.send,
        content_sha256=found.sha256,
        recipients=found.recipients,
        noted={"fence": fence},
    )

    async def intend(session: AsyncSession) -> None:
        about.noted["approval_id"] = await write_intent(
            session, desk.mailbox, errand, fence=fence, recipients=len(found.recipients)
        )

    async def sent(session: AsyncSession, sent_id: str) -> None:
        nonlocal row
        row = await written_down(session, errand, SendState.SENT, fence=written, sent_id=sent_id)

    try:
        async with desk.act(Act.SEND, about, within=intend) as hand:
            written, version = fence, hand.grant.version if hand.grant else None
            left = await hand.mailbox.send_draft(errand.draft.provider_id)
            hand.note(provider_sent=left.id)
            hand.then = partial(sent, sent_id=left.id)
    except (Conflict, NoAnswer):
        pass  # another worker has it, or it was cancelled; or it is looked into when its lease is over
    except NoPlace:
        await wait_for_place(desk, errand, found)
    except ProviderBusy as busy:
        await later(desk, errand, busy, fence=written, version=version)
    except MessageGone:
        await _perhaps_sent(desk, errand)
    except (Denied, NotFound, ProviderError) as refusal:
        # What could not be told this time, because the owner's rules changed just now, is judged again next time.
        if getattr(refusal, "reason", "") != "facts_unknown":
            await hold(desk, errand, why_held(refusal), fence=written, version=version, told=True)
    return row


async def _perhaps_sent(desk: Desk, errand: Errand) -> None:
    """The draft was gone when it was to be sent: perhaps by an earlier attempt, which its copy would prove."""
    fresh = await errand_of(desk.resources, errand.send.mailbox_id, errand.send.id)
    found = await look(desk, fresh)
    if found.copy:
        await settle(desk, fresh, SendState.SENT, "", sent_id=found.copy.id)
