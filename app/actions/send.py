"""Send what is due, once: draft → intent under the grant's lock → one call → positive proof → sent.

Whatever dies in between, the row says how far it came. A row in `intent` whose worker fell silent is looked into
before anything is repeated: the sent copy settles it; a draft that still stands is decided about anew; if neither
can be found for ten minutes, a person is asked. Gone is not proof of sent.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app import clock
from app.actions.attempt import attempt
from app.actions.connection_lost import shut_since
from app.actions.desk import Desk
from app.actions.errand import Errand, errand_of, look, note_moved
from app.actions.patience import later, waits_with_mailbox
from app.actions.postpone import waits_for_hours, waits_for_its_clock
from app.actions.resources import Resources
from app.actions.seats import desk_for_job
from app.actions.settling import COPY_SHOWS_UP, LEASE, RESTORED, hold, settle, why_held
from app.errors import Denied, NoAnswer, ProviderBusy, ProviderError
from app.models.draft import LOST, ScheduledSend, SendState

# How long an access token that was handed out before the consent ended may still open the mailbox: Google's live an
# hour, Entra's up to a day (developers.google.com/identity/protocols/oauth2, a tenant's AccessTokenLifetime).
STILL_OPENS = {"gmail": timedelta(hours=1), "graph": timedelta(hours=24)}


async def deliver(resources: Resources, mailbox_id: UUID, send_id: UUID, *, surface: str = "worker") -> ScheduledSend:
    """Do what a scheduled send needs now, and return it as it is then; anything but a due row is left alone.

    Raises NotFound for an unknown row. The ids are a hint only: rights are read from the row and its grant.
    """
    errand = await errand_of(resources, mailbox_id, send_id)
    send, now = errand.send, clock.now()
    due = send.state == SendState.PREPARED and send.due_at <= now
    silent = errand.begun and send.intent_at is not None and send.intent_at + LEASE <= now
    if not (due or silent):
        return send
    desk = desk_for_job(resources, errand.mailbox, send.scheduled_by, surface=surface, key_id=send.key_id)
    try:
        if sent := await _go_on(desk, errand):
            return sent
    except ProviderBusy as busy:
        await later(desk, errand, busy)
    except NoAnswer:
        pass  # nothing is settled; the dispatcher comes again when the lease is over
    except (Denied, ProviderError) as trouble:
        await _cannot_look(desk, errand, trouble)
    async with resources.db.transaction(mailbox=mailbox_id) as session:
        return await session.get_one(ScheduledSend, (mailbox_id, send_id))


async def _go_on(desk: Desk, errand: Errand) -> ScheduledSend | None:
    """Look how it stands in the mailbox, then send what may leave and write down the rest; return what has left."""
    if await waits_with_mailbox(desk, errand):
        return None
    found = await look(desk, errand)
    if found.copy:
        await settle(desk, errand, SendState.SENT, "", sent_id=found.copy.id)
    elif found.moved and found.moved.id != errand.draft.provider_id:
        await note_moved(desk, errand, found.moved)
        return await _go_on(desk, await errand_of(desk.resources, errand.send.mailbox_id, errand.send.id))
    elif found.wrong:
        await hold(desk, errand, found.wrong)
    elif desk.mailbox.reconciling:  # before the hours: it moves to none of them
        if found.sha256:
            await hold(desk, errand, RESTORED)
    elif found.sha256:
        if not (await waits_for_its_clock(desk, errand) or await waits_for_hours(desk, errand, found)):
            return await attempt(desk, errand, found)
    elif not errand.begun or clock.now() >= (errand.send.intent_at or clock.now()) + COPY_SHOWS_UP:
        await settle(desk, errand, SendState.NEEDS_HUMAN, "draft_gone")
    return None


async def _cannot_look(desk: Desk, errand: Errand, trouble: Exception) -> None:
    """Hold what cannot be looked into until a person acts; what was begun stays on its way until somebody can look.

    If the mailbox stays disconnected, that ends when no token is left by which a worker that wakes up could send.
    """
    if not errand.begun:
        await settle(desk, errand, SendState.HELD, why_held(trouble))
    elif why_held(trouble) == LOST and await _out_of_reach(desk):
        await settle(desk, errand, SendState.NEEDS_HUMAN, "unknown")


async def _out_of_reach(desk: Desk) -> bool:
    """Say whether the mailbox has been without a consent for so long that no token of ours opens it any more."""
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        lost_at = await shut_since(session, desk.mailbox.id)
    return lost_at is not None and clock.now() >= lost_at + STILL_OPENS[desk.mailbox.provider]
