"""One attempt to send: the intent under the grant's lock, one call, and how that ended."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.errand import Errand, Found, errand_of, look
from app.actions.hand import About
from app.actions.intent import write_intent
from app.actions.patience import later
from app.actions.places import NoPlace
from app.actions.postpone import wait_for_place
from app.actions.settling import hold, settle, why_held
from app.errors import Conflict, Denied, MessageGone, NoAnswer, NotFound, ProviderBusy, ProviderError
from app.models.draft import SendState


async def attempt(desk: Desk, errand: Errand, found: Found) -> None:
    """Write the intent down and send; what was refused is held, what nobody knows stays in intent.

    What is refused before that is held only if the row is still as it was read: another worker may have begun to send
    it, and its fence is the one that this worker would have written.
    """
    fence = errand.send.fence + 1
    written: int | None = None
    about = About(
        message=errand.message,
        draft=errand.draft,
        send=errand.send,
        content_sha256=found.sha256,
        recipients=found.recipients,
        noted={"fence": fence},
    )

    async def intend(session: AsyncSession, _decision: object) -> None:
        about.noted["approval_id"] = await write_intent(
            session, desk.mailbox, errand, fence=fence, recipients=len(found.recipients)
        )

    try:
        async with desk.act(Act.SEND, about, within=intend) as hand:
            written = fence
            sent = await hand.mailbox.send_draft(errand.draft.provider_id)
            hand.note(provider_sent=sent.id)
    except (Conflict, NoAnswer):
        return  # another worker has it, or it was cancelled; or it is looked into when its lease is over
    except NoPlace:
        await wait_for_place(desk, errand, found)
    except ProviderBusy as busy:
        await later(desk, errand, busy, fence=written)
    except MessageGone:
        await _perhaps_sent(desk, errand)
    except (Denied, NotFound, ProviderError) as refusal:
        # What could not be told this time, because the owner's rules changed just now, is judged again next time.
        if getattr(refusal, "reason", "") != "facts_unknown":
            await hold(desk, errand, why_held(refusal), fence=written, told=True)
    else:
        await settle(desk, errand, SendState.SENT, "", fence=written, sent_id=sent.id, told=True)


async def _perhaps_sent(desk: Desk, errand: Errand) -> None:
    """The draft was gone when it was to be sent: perhaps by an earlier attempt, which its copy would prove."""
    fresh = await errand_of(desk.resources, errand.send.mailbox_id, errand.send.id)
    found = await look(desk, fresh)
    if found.copy:
        await settle(desk, fresh, SendState.SENT, "", sent_id=found.copy.id)
