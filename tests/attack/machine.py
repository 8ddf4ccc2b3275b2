"""Alice, Bob and a client at one mailbox, in any order; each step is held against the provider's ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, select

from app import clock
from app.actions import approve, draft, grants, schedule
from app.actions.decline import decline
from app.actions.draft import SeenDraft, see_draft
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender
from app.actions.send import deliver
from app.errors import AppError
from app.models.draft import Draft, ScheduledSend, SendState
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.providers.base import Listing
from app.sandbox.faults import Kind
from tests.actions.situations import (
    SEND,
    World,
    client_writes,
    delete_by_hand,
    edit_by_hand,
    effects,
    fails,
    grant_now,
    in_an_hour,
    log_of,
    sends,
    subjects,
    written,
)
from tests.people import ALICE, MOTHER

FAULTS = [None, None, None, Kind.BEFORE, Kind.AFTER_EFFECT, Kind.STATUS_429, Kind.STATUS_503, Kind.RESET, Kind.TRUNCATE]
SCOPES = ("mail.read", "draft", "schedule", "reply.free")
LEFT = {SendState.SENT, SendState.NEEDS_HUMAN, SendState.INTENT}
some = st.integers(0, 2)


class MailboxMachine(RuleBasedStateMachine):
    """`approved` is our own small account of what the owner's yes covers: a draft's words by our id of it."""

    opening: Callable[[AsyncExitStack], Coroutine[Any, Any, World]]

    def __init__(self) -> None:
        """Open a world of its own."""
        super().__init__()
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.world = self.runner.run(type(self).opening(self.stack))
        self.owner = self.runner.run(self.world.owner())
        self.runner.run(mark_sender(self.owner, MOTHER))
        self.drafts: list[SeenDraft] = []
        self.approved: dict[object, str] = {}
        self.grant = self._given(NeedsApproval.ALWAYS)

    def teardown(self) -> None:
        """Close it."""
        self.runner.run(self.stack.aclose())
        self.runner.close()

    def try_(self, act: Coroutine[Any, Any, Any]) -> Any:
        """Do something that may be refused; None if it was. Anything but a refusal is a fault."""
        try:
            return self.runner.run(act)
        except AppError:
            return None

    def _given(self, needs_approval: NeedsApproval) -> Grant:
        self.approved.clear()
        self.drafts.clear()
        return self.runner.run(self.world.grant(*SCOPES, needs_approval=needs_approval))

    def picked(self, number: int) -> SeenDraft:
        return self.drafts[number % len(self.drafts)]

    async def bob(self) -> Any:
        return await self.world.assistant()

    @rule(needs_approval=st.sampled_from(NeedsApproval))
    @precondition(lambda self: self.runner.run(grant_now(self.world.resources, self.grant)).status == "revoked")
    def grant_anew(self, needs_approval: NeedsApproval) -> None:
        self.grant = self._given(needs_approval)

    @rule(until=st.sampled_from(NeedsApproval))
    def narrow(self, until: NeedsApproval) -> None:
        terms = {"scopes": SCOPES, "until": self.grant.expires_at, "needs_approval": until}
        if self.try_(grants.narrow(self.owner, self.grant.id, **terms)):
            self.approved.clear()

    @rule()
    def pause(self) -> None:
        if self.try_(grants.pause(self.owner, self.grant.id)):
            self.approved.clear()

    @rule()
    def resume(self) -> None:
        if self.try_(grants.resume(self.owner, self.grant.id)):
            self.approved.clear()

    @rule()
    @precondition(lambda self: len(self.drafts) > 1)
    def revoke(self) -> None:
        self.runner.run(grants.revoke(self.owner, self.grant.id))
        self.approved.clear()

    @initialize()
    def begin_with_one_that_may_leave(self) -> None:
        self.write("Yes.")
        self.schedule(0, 1)
        self.approve(0)

    @rule(words=st.sampled_from(["Yes.", "No.", "Perhaps."]))
    @precondition(lambda self: len(self.drafts) < 3)
    def write(self, words: str) -> None:
        async def writes() -> SeenDraft:
            return await written(await self.bob(), f"Dear Clara, {words}")

        seen = self.try_(writes())
        if seen:
            self.drafts.append(seen)

    @rule(number=some, words=st.sampled_from(["In April.", "In May."]))
    @precondition(lambda self: self.drafts)
    def edit(self, number: int, words: str) -> None:
        async def edits() -> SeenDraft:
            return await draft.edit_draft(await self.bob(), self.picked(number).row.id, f"Dear Clara, {words}")

        if self.try_(edits()):
            self.approved.pop(self.picked(number).row.id, None)

    @rule(number=some)
    @precondition(lambda self: self.drafts)
    def edit_by_hand(self, number: int) -> None:
        if self.picked(number).draft.id in self.world.sandbox.mailbox(ALICE[0]).drafts:
            edit_by_hand(self.world.sandbox, self.picked(number), b"Dear Clara,", b"Dear Clara, dear,")

    @rule(number=some)
    @precondition(lambda self: len(self.drafts) > 2)
    def delete_by_hand(self, number: int) -> None:
        if self.picked(number).draft.id in self.world.sandbox.mailbox(ALICE[0]).drafts:
            delete_by_hand(self.world.sandbox, self.picked(number))

    @rule()
    def client_writes(self) -> None:
        client_writes(self.world.sandbox)

    @rule(number=some)
    @precondition(lambda self: self.drafts)
    def approve(self, number: int) -> None:
        row_id = self.picked(number).row.id
        seen = self.try_(see_draft(self.owner, row_id))
        if seen and self.try_(approve.approve(self.owner, row_id, sha256=seen.sha256)):
            self.approved[row_id] = seen.draft.text

    @rule(number=some)
    @precondition(lambda self: self.approved)
    def decline(self, number: int) -> None:
        async def declines() -> bool:
            await decline(self.owner, self.picked(number).row.id)
            return True

        if self.try_(declines()):
            self.approved.pop(self.picked(number).row.id, None)

    @rule(number=some, hours=st.sampled_from([1, 1, 2]))
    @precondition(lambda self: self.drafts)
    def schedule(self, number: int, hours: int) -> None:
        async def schedules() -> ScheduledSend:
            return await in_an_hour(await self.bob(), self.picked(number), hours=hours)

        self.try_(schedules())

    @rule(number=some)
    def cancel(self, number: int) -> None:
        live = self.runner.run(schedule.scheduled(self.owner))
        if number < len(live):
            self.try_(schedule.cancel(self.owner, live[number].id))

    @rule(minutes=st.sampled_from([70, 70, 2]), fault=st.sampled_from(FAULTS))
    def time_passes_and_a_worker_comes(self, minutes: int, fault: Kind | None) -> None:
        clock.move(timedelta(minutes=minutes))
        world = self.world
        if fault:
            fails(world.sandbox, fault)
        allowed = self.runner.run(grant_now(world.resources, self.grant)).status == GrantStatus.ACTIVE
        for row in self.runner.run(schedule.scheduled(self.owner)):
            heard = self._send_calls()
            self.runner.run(deliver(world.resources, row.mailbox_id, row.id))
            assert self._send_calls() == heard or (allowed and row.grant_id == self.grant.id)
        world.sandbox.faults.replace([])

    @rule()
    def bob_looks(self) -> None:
        async def looks() -> list[str]:
            return subjects((await list_messages(await self.bob(), Listing(folder=None))).messages)

        seen = self.try_(looks()) or []
        assert not {"Sunday lunch", "Your verification code"} & set(seen)

    def _send_calls(self) -> int:
        entries = self.world.sandbox.ledger.entries
        return len([each for each in entries if each.path.endswith(SEND.removeprefix("*"))])

    @invariant()
    def what_left_left_once_as_it_was_allowed(self) -> None:
        self.runner.run(self._judge())

    async def _judge(self) -> None:
        rows, planned = await self._rows()
        box, letters = self.world.sandbox.mailbox(ALICE[0]), {}
        for left in self.world.sandbox.left:
            letter = message_from_bytes(box.raw(box.messages[left.message]), policy=policy.default)
            row = rows[letter["X-Deskhand-Id"]]
            assert row.id not in letters, "it left twice"
            letters[row.id] = letter
            assert {send.state for send in planned if send.draft_id == row.id} & LEFT
        assert len(letters) == sends(self.world.sandbox)
        log = await log_of(self.owner)
        for act, writes in (("send", self._send_calls()), ("draft", len(effects(self.world.sandbox, "draft")))):
            begun = [each for each in log if (each.action, each.phase, each.decision) == (act, "begin", "allow")]
            assert writes <= len(begun)
            assert {each.actor_id for each in begun} <= {self.world.bob.id}
        used = {
            each.subject_id for each in log if (each.action, each.phase, each.decision) == ("send", "begin", "allow")
        }
        assert set(letters) <= {send.draft_id for send in planned if send.id in used}
        self._as_approved(letters, await grant_now(self.world.resources, self.grant))

    def _as_approved(self, letters: dict[Any, Any], grant: Grant) -> None:
        """Check each letter once, in the step in which it left."""
        judged = self.__dict__.setdefault("judged", set())
        for row_id in set(letters) - judged:
            judged.add(row_id)
            if grant.needs_approval == NeedsApproval.ALWAYS:
                assert row_id in self.approved, "nobody had said yes"
                words = self.approved[row_id].strip()
                assert letters[row_id].get_content().replace("\r\n", "\n").startswith(words), "another text left"

    async def _rows(self) -> tuple[dict[str, Draft], list[ScheduledSend]]:
        async with self.world.resources.db.transaction(mailbox=self.world.mailbox.id) as session:
            drafts = await session.execute(select(Draft).where(col(Draft.mailbox_id) == self.world.mailbox.id))
            planned = await session.execute(select(ScheduledSend))
            return {row.private_id: row for row in drafts.scalars()}, list(planned.scalars())
