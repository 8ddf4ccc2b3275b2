"""The one doorway to a mailbox: may she? — act — audit. An action that never opens the desk has no provider in hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn, cast

from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.access.acts import ACTS, Act
from app.access.decide import Actor, Allow, Deny, Facts, Kind, granted, refused_anyway
from app.actions import seeing
from app.actions.deciding import decided
from app.actions.hand import FRESH, About, Begun, Hand, Narrowed, raise_unless_allowed, refusal
from app.actions.locked import actor_now, as_opened, lock, newest_grant
from app.actions.recording import closing, opening
from app.actions.resources import Resources
from app.actions.seeing import Judged
from app.errors import AppError
from app.models.mailbox import Mailbox
from app.providers.protocol import Provider

Within = Callable[[AsyncSession], Awaitable[None]]


@dataclass(frozen=True)
class Desk:
    """One actor at one mailbox for one request or job."""

    resources: Resources
    actor: Actor
    mailbox: Mailbox
    provider: Provider = field(repr=False)

    @asynccontextmanager
    async def act(self, act: Act, about: About | None = None, within: Within | None = None) -> AsyncIterator[Hand]:
        """Check, hand over the narrowed provider, and record how it ended: the only way to act.

        `within` runs in the transaction of the decision, which holds the grant's lock: what it writes stands or falls
        with the decision. Raises Denied, or NotFound for what is private, before the provider hears anything.
        """
        about = about or About()
        judged = await self._judged(act, about)
        begun = await self._decided(act, about, judged, within)
        hand = Hand(cast(Provider, Narrowed(self.provider, ACTS[act].calls)), grant=begun.grant, alone=begun.alone)
        ended = {"outcome": "crashed"}  # what a cancelled task leaves behind
        try:
            yield hand
            ended = {"outcome": "done"}
        except AppError as error:
            ended = {"outcome": error.code, "error_code": getattr(error, "reason", error.code)}
            raise
        finally:
            if begun.entry:
                await asyncio.shield(closing(self.resources, begun.entry, about, ended | hand.noted, hand.then))

    async def owner_only(self) -> None:
        """Raise Denied for anyone but the owner, and record it: for what is shown to her alone and changes nothing."""
        if self.actor.kind is not Kind.OWNER:
            await self.refuse(Act.OWNER_PAGE, "owner_only")

    async def refuse(self, act: Act, reason: str, about: About | None = None) -> NoReturn:
        """Record that something is refused for what only its doing has shown, and raise what that means."""
        refused = Deny(reason)
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            rests_on = await lock(session, self.actor, self.mailbox.id, act)
            await opening(session, self.resources, act, rests_on, about=about or About(), decision=refused)
        raise refusal(refused)

    async def _judged(self, act: Act, about: About) -> Judged | None:
        """Judge a message by its conversation as it is now, unless the act is refused whatever it is."""
        if not (ACTS[act].on_message and about.message and self.actor.kind is Kind.ASSISTANT):
            return None
        if about.looked and timedelta() <= clock.now() - about.looked.at <= FRESH:
            return await seeing.judged_by(self.resources, self.mailbox, about.looked.thread, about.message)
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            mailbox = await session.get_one(Mailbox, self.mailbox.id)
            grant = await newest_grant(session, self.actor, self.mailbox.id, locked=False)
            actor = await actor_now(session, self.actor, grant, self.mailbox.id)
        if refused_anyway(actor, granted(grant), act, Facts(mailbox_state=mailbox.state), clock.now()):
            return None
        return await seeing.verdict(self.resources, self.mailbox, self.provider, about.message)

    async def _decided(self, act: Act, about: About, judged: Judged | None, within: Within | None) -> Begun:
        """Decide under the grant's lock and commit the opening entry; raise what a refusal means."""
        async with self.resources.db.transaction(mailbox=self.mailbox.id) as session:
            decision, rests_on = await decided(session, self.actor, self.mailbox.id, act, about=about, judged=judged)
            if within and isinstance(decision, Allow):
                await within(session)
            entry = await opening(session, self.resources, act, rests_on, about=about, decision=decision)
        allowed = raise_unless_allowed(decision)
        grant = as_opened(rests_on.grant, rests_on.actor)
        return Begun(None if ACTS[act].looks else entry, grant, alone=allowed.alone)
