"""Alice binds Bob's access in every way there is, mail comes, hours pass, and Bob tries everything.

What he gets, and what the provider's ledger says was done, is held against the same rule said a second time
(`restated.py`), step by step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, select

from app import clock
from app.actions import approve, draft, grants, move, schedule
from app.actions.decline import decline
from app.actions.draft import SeenDraft, see_draft
from app.actions.label import label
from app.actions.list_messages import list_messages
from app.actions.private import mark_sender, marked_senders, unmark_sender
from app.actions.private_labels import mark_label, private_labels, unmark_label
from app.actions.read import read
from app.actions.remove import remove
from app.actions.reply_template import reply_with_template
from app.actions.send import deliver
from app.actions.stop import stop_all
from app.actions.undo import undo
from app.actions.undoing import can_be_undone
from app.actions.write_template import write_template
from app.errors import AppError, BadRequest, Conflict, Denied, NotFound
from app.models.audit import AuditEntry
from app.models.conditions import Conditions, Hours, MailKind, Recipients, Span
from app.models.draft import ScheduledSend, SendState
from app.models.grant import NeedsApproval
from app.providers.base import Listing
from tests.actions.situations import World, effects, known_messages, log_of
from tests.attack.hers import Hers, State
from tests.attack.restated import INVERSE, Given, Letter, Restated, Written
from tests.people import ALICE, CLIENT, MOTHER

COLLEAGUE = f"colin@{ALICE[0].partition('@')[2]}"
SENDERS = (CLIENT, MOTHER, COLLEAGUE)
WORDS = {
    "": "Here is what I think of the fence.",
    "appointment": "Can we meet on Friday about the fence?",
    "invitation": "You are invited to our summer party.",
    "code": "Your verification code is 482 913. Do not share it with anybody.",
}
LABELS = ("Clients", "Family", "clients")
SCOPES = ("mail.read", "label", "archive", "trash", "draft", "schedule", "reply.template", "reply.free")
EFFECTS = {
    "label": {"label"},
    **dict.fromkeys(("archive", "unarchive", "trash", "untrash"), frozenset({"label", "move", "trash"})),
    **dict.fromkeys(("draft", "reply_template"), frozenset({"draft", "draft_update"})),
    "edit": {"draft_update"},
    "send": {"send"},
}
TEMPLATE = "Dear Clara, thank you, we shall see."
WEEK = tuple(Span(day=day, begins=time(9), ends=time(17)) for day in range(5))

some = st.integers(0, 7)
labels = st.frozensets(st.sampled_from(LABELS), max_size=1)
HOURS = st.one_of(
    st.none(),
    st.none(),
    st.builds(
        lambda zone, spans: Hours(zone=zone, spans=spans),
        st.sampled_from(["UTC", "America/Santiago", "Pacific/Auckland"]),
        st.sampled_from([WEEK, WEEK[:2], WEEK[3:]]),
    ),
)
BOUND = st.fixed_dictionaries(
    {},
    optional={
        "senders": st.frozensets(st.sampled_from([CLIENT, MOTHER, "@customer.example", "@family.example"]), max_size=2),
        "labels_in": labels,
        "labels_out": labels,
        "kinds": st.frozensets(st.sampled_from(MailKind), max_size=1),
        "existing_threads_only": st.booleans(),
        "recipients": st.sampled_from([Recipients.REPLY_TARGET, Recipients.REPLY_TARGET, Recipients.INTERNAL]),
        "changes_a_day": st.sampled_from([None, 0, 1, 2, 3]),
        "sends_a_day": st.sampled_from([None, 0, 1]),
        "approve_first": st.integers(0, 2),
    },
)
scopes = st.frozensets(st.sampled_from(SCOPES), min_size=1).map(lambda some_: some_ | {"mail.read"})
mostly = st.one_of(st.just(frozenset(SCOPES)), st.just(frozenset(SCOPES)), scopes)


def token_of(number: int) -> str:
    """Return a word that stands nowhere else, of letters alone: digits would look like a code."""
    return "canary" + "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")


class BoundMachine(RuleBasedStateMachine):
    """`model` is our own account of what holds; what Bob did and may take back stands in `done`."""

    opening: Callable[[AsyncExitStack], Coroutine[Any, Any, World]]

    def __init__(self) -> None:
        """Open a world of its own, on a Monday morning."""
        super().__init__()
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.world = self.runner.run(type(self).opening(self.stack))
        now = clock.now()
        monday = (now + timedelta(days=7 - now.weekday())).replace(hour=10, minute=0)
        clock.move(monday - now)
        self.owner = self.runner.run(self.world.owner())
        self.hers = Hers(self.world.sandbox, self.world.mailbox.provider)
        text = write_template(self.owner, name="Thanks", language="en", text=TEMPLATE)
        self.template: UUID = self.runner.run(text).row.id
        self.model, self.written, self.done = Restated(), list[Written](), list[tuple[int, str, Letter, State, State]]()
        self.message_ids: dict[str, str] = {}
        self.private_ids: dict[UUID, str] = {}
        self.arrived, self.seq = 0, 0
        self.steps = self.allowed = self.refused = 0

    def teardown(self) -> None:
        """Verify the chain from its beginning, and close the world."""
        self.runner.run(log_of(self.owner))
        assert {each.mailbox for each in self.world.sandbox.ledger.entries} <= {ALICE[0], None}
        self.runner.run(self.stack.aclose())
        self.runner.close()

    # What Alice and others do.

    @initialize(bound=st.one_of(st.just({}), BOUND), hours=HOURS, approval=st.sampled_from(NeedsApproval))
    def begin(self, bound: Any, hours: Any, approval: NeedsApproval) -> None:
        """Letters of each kind, replies that may leave in an hour, and then the first grant that binds."""
        for sender, kind in ((CLIENT, ""), (MOTHER, "invitation"), (COLLEAGUE, "appointment"), (CLIENT, "code")):
            self._arrives(sender, kind)
        for label_, letter in zip(LABELS[:2], self.model.letters, strict=False):
            self.hers.puts(letter.id, label_)
            self._noticed(letter)
        few = {"changes_a_day": 4, "sends_a_day": 1}
        self._given(frozenset(SCOPES), few, NeedsApproval.NEVER, later=0, days=20)
        for number in (0, 1):
            self.bob_writes(number, "Dear Clara, yes.", with_template=False)
        for act in ("label", "archive", "unarchive"):  # the last is one too many
            self.bob_tidies(2, act, "Clients")
        self.time_passes_and_a_worker_comes(1)
        self._given_another(frozenset(SCOPES), bound | {"hours": hours}, approval, later=0, days=20)
        self.bob_writes(0, "Dear Clara, no.", with_template=True)
        self.bob_writes(2, "Dear Clara, no.", with_template=False)

    @rule(
        scopes=mostly,
        bound=BOUND,
        hours=HOURS,
        approval=st.sampled_from(NeedsApproval),
        later=st.sampled_from([0, 0, 0, 5]),
        days=st.sampled_from([1, 20]),
        own=st.booleans(),
    )
    def grant_another(self, *, scopes: frozenset[str], bound: Any, hours: Any, approval: Any, later: int, days: int,
                   own: bool) -> None:  # fmt: skip
        more = {"templates": frozenset([self.template if own else uuid4()])} if bound.get("approve_first") else {}
        self._given_another(scopes, bound | {"hours": hours} | more, approval, later=later, days=days)

    def _given_another(self, scopes: frozenset[str], bound: Any, approval: Any, *, later: int, days: int) -> None:
        if self.model.given.status != "revoked":
            self.revoke(everywhere=len(bound) % 2 == 1)
        self._given(scopes, bound, approval, later=later, days=days)
        self._bob_sees()

    def _given(self, scopes: frozenset[str], bound: Any, approval: NeedsApproval, *, later: int, days: int) -> None:
        conditions = Conditions(**bound)
        begins, ends = clock.now() + timedelta(hours=later), clock.now() + timedelta(days=days)
        made = self.world.grant(*scopes, conditions=conditions, needs_approval=approval, until=ends, begins=begins)
        given = self.runner.run(made)
        self.model.given = Given(given.id, scopes, conditions, approval.value, begins, ends)

    @rule(take=st.frozensets(st.sampled_from(SCOPES), max_size=1), bound=BOUND, hours=HOURS, days=some)
    @precondition(lambda self: self._grant_stands())
    def narrow(self, take: frozenset[str], bound: Any, hours: Any, days: int) -> None:
        """Take something away: whatever Bob could not see or do before, he cannot see or do after (I5)."""
        given = self.model.given
        fewer = frozenset(given.scopes - take) or given.scopes
        until = min(given.ends, clock.now() + timedelta(days=days, hours=1))
        zone = given.bound.hours.zone if given.bound.hours else "UTC"  # another one would begin another day
        fitting = {"hours": hours.model_copy(update={"zone": zone})} if hours else {}
        wanted = given.bound.model_copy(update=bound | fitting)
        terms = {"scopes": fewer, "until": until, "needs_approval": NeedsApproval(given.approval)}
        before = self._bob_sees()
        if self.try_(grants.narrow(self.owner, given.id, conditions=wanted, **terms)):
            given.scopes, given.bound, given.ends = fewer, wanted, until
            self._yes_is_void()
            assert (self._bob_sees() or set()) <= (before or set())

    @rule(how=st.sampled_from(["pause", "resume", "stop", "resume"]))
    @precondition(lambda self: self._grant_stands())
    def pause_or_resume(self, how: str) -> None:
        given = self.model.given
        if how == "resume":
            if self.try_(grants.resume(self.owner, given.id)):
                given.status = "active"
        elif how == "pause":
            self.runner.run(grants.pause(self.owner, given.id))
            given.status = "paused"
        else:
            stopped = stop_all(self.world.resources, self.world.alice.id, surface="test")
            if self.runner.run(stopped):
                given.status = "paused"
        self._yes_is_void()

    @rule(everywhere=st.booleans())
    @precondition(lambda self: self._grant_stands() and self.arrived > 7)
    def revoke(self, everywhere: bool) -> None:
        given, world = self.model.given, self.world
        if everywhere:
            self.runner.run(remove(world.resources, world.alice.id, world.bob.id, surface="test"))
        else:
            assert self.runner.run(grants.revoke(self.owner, given.id)).done
        given.status = "revoked"
        self._yes_is_void()

    @rule(sender=st.sampled_from(SENDERS[:2]), kinds=st.frozensets(st.sampled_from(MailKind), max_size=1))
    def mark(self, sender: str, kinds: frozenset[MailKind]) -> None:
        before = self._bob_sees()
        anew = sender not in self.model.private
        self.runner.run(mark_sender(self.owner, sender, excepted=kinds))
        self.model.private[sender] = frozenset(str(each) for each in kinds)
        self._rules_change()
        if anew and not self.model.stuck:
            assert (self._bob_sees() or set()) <= (before or set())

    @rule()
    @precondition(lambda self: self.model.private)
    def unmark(self) -> None:
        first = self.runner.run(marked_senders(self.owner))[0]
        self.runner.run(unmark_sender(self.owner, first.id))
        del self.model.private[first.sender]
        self._rules_change()

    @rule(name=st.sampled_from(LABELS[:2]))
    def mark_label(self, name: str) -> None:
        if name in self.model.labels:
            (row,) = [each for each in self.runner.run(private_labels(self.owner)) if each.label == name]
            self.runner.run(unmark_label(self.owner, row.id))
            self.model.labels.discard(name)
        else:
            self.runner.run(mark_label(self.owner, name))
            self.model.labels.add(name)
        self._rules_change()
        self._bob_sees()

    def _rules_change(self) -> None:
        self.model.stuck.clear()
        for each in self.written:  # an approval may be void now; that one that is not stays is for no one to rely on
            if self.model.shown(each.letter) != "all":
                each.yes = ""

    @rule(
        sender=st.sampled_from([*SENDERS, CLIENT]),
        kind=st.sampled_from([*WORDS, "", ""]),
        number=some,
        new=st.booleans(),
    )
    @precondition(lambda self: len(self.model.letters) < 12)
    def arrives(self, sender: str, kind: str, number: int, new: bool) -> None:
        self._arrives(sender, kind, None if new else self._letter(number))

    def _arrives(self, sender: str, kind: str, answered: Letter | None = None) -> None:
        self.arrived += 1
        token = token_of(self.arrived)
        words = f"{WORDS[kind]}\n\n{token}"
        if answered and answered.kind in ("", "invitation"):
            words += f"\n\nOn Monday, {answered.sender} <{answered.sender}> wrote:\n> {answered.token}"
        subject = f"Re: {answered.conversation}" if answered else f"Matter of {token}"
        to = self.message_ids[answered.id] if answered else ""
        id_, named = self.hers.arrives(sender, subject, words, answers=to, name=token)
        conversation = answered.conversation if answered else subject
        letter = Letter(id_, conversation, sender, kind, token)
        self.message_ids[id_] = named
        self.model.letters.append(letter)
        for each in self.written:
            each.moved |= each.letter.conversation == conversation
        self.runner.run(list_messages(self.owner, Listing(folder=None, size=100)))
        rows = {
            row.provider_id: row.id for row in self.runner.run(known_messages(self.world.resources, self.world.mailbox))
        }
        letter.ours = rows[id_]

    @rule(number=some, name=st.sampled_from(LABELS[:2]))
    def alice_labels(self, number: int, name: str) -> None:
        """By hand; where that makes a conversation public again it was private a moment ago, and stays so."""
        letter = self._letter(number)
        if letter.place == "trash":
            return
        on = name not in letter.labels
        if not on:
            self.runner.run(list_messages(self.owner, Listing(folder=None, size=100)))
            if name in self.model.labels:
                self.model.stuck.add(letter.conversation)
        self.hers.puts(letter.id, name, on=on)
        letter.labels ^= {name}
        self._bob_sees()

    @rule(number=some, yes=st.sampled_from([True, True, False]))
    @precondition(lambda self: self.written)
    def alice_decides(self, number: int, yes: bool) -> None:
        each = self._written(number)
        seen = self.try_(see_draft(self.owner, each.id))
        if not yes:
            if seen and self.try_(self._declined(each)):
                each.yes = ""
        elif seen and self.try_(approve.approve(self.owner, each.id, sha256=seen.sha256)):
            if each.spoilt:  # she takes it as she has made it
                each.words, each.template, each.spoilt = seen.draft.text.strip(), None, False
            each.yes, each.moved = each.words, False

    async def _declined(self, each: Written) -> bool:
        await decline(self.owner, each.id)
        return True

    @rule(number=some)
    @precondition(lambda self: self.written)
    def alice_edits(self, number: int) -> None:
        each = self._written(number)
        if each.words.startswith("Dear Clara") and each.id in self.private_ids and not each.spoilt:
            seen = self.try_(draft.see_draft(self.owner, each.id))
            if seen:
                self.hers.edits(seen.draft.id)
                each.spoilt = True

    # What Bob does.

    async def _bob(self) -> Any:
        return await self.world.assistant()

    @rule()
    def bob_looks(self) -> None:
        self._bob_sees()

    def _bob_sees(self) -> set[str] | None:
        """Return what of the letters Bob's list holds, exactly as the rule says; it says no word of anything else."""

        async def looks() -> Any:
            return await list_messages(await self._bob(), Listing(folder=None, size=100))

        page = self.try_(looks())
        want = self.model.listed(clock.now())
        assert (page is None) == (want is None), (want, self.model)
        if page is None:
            return None
        seen = {each.message.id for each in page.messages} & {each.id for each in self.model.letters}
        assert seen == want, (seen, want, self.model)
        said = repr(page.messages)
        assert not [each for each in self.model.letters if self._hers_alone(each) and each.token in said]
        return seen

    @rule(number=some)
    def bob_reads(self, number: int) -> None:
        letter = self._letter(number)

        async def reads() -> Any:
            return await read(await self._bob(), letter.ours)

        may = self.model.may("read", letter, clock.now())
        seen = self._tries("read", letter, reads(), may)
        if seen:
            said = repr((seen.content, [each.message for each in seen.thread]))
            alone = self.model.shown(letter) == "alone"
            hidden = [each for each in self.model.letters if each is not letter and (alone or self._hers_alone(each))]
            assert letter.token in said
            assert not [each for each in hidden if each.token in said]

    def _hers_alone(self, letter: Letter) -> bool:
        """Say whether no word of a letter may turn up anywhere: a quotation is known by its sender's address."""
        return not self.model.shown(letter) and letter.sender in self.model.private

    @rule(
        number=some,
        act=st.sampled_from(["archive", "unarchive", "trash", "untrash", "label", "label"]),
        name=st.sampled_from(LABELS[:2]),
    )
    def bob_tidies(self, number: int, act: str, name: str) -> None:
        letter = self._letter(number)

        async def tidies() -> Any:
            desk = await self._bob()
            if act == "label":
                return await label(desk, letter.ours, **{"remove" if name in letter.labels else "add": [name]})
            return await getattr(move, act)(desk, letter.ours)

        before = self.hers.state(letter.id)
        if self._tries(act, letter, tidies(), self.model.may(act, letter, clock.now(), used=self._used("changes"))):
            after = self.hers.state(letter.id)
            self._noticed(letter)
            want = {"archive": "archive", "trash": "trash", "label": before[1]}.get(act, "inbox")
            assert after[1] == want
            assert act != "label" or after[0] == before[0] ^ {name}
            newest = self._entries()[-1]
            if can_be_undone(newest):
                self.done.append((newest.seq, act, letter, before, after))

    @rule(by_owner=st.booleans())
    @precondition(lambda self: self.done)
    def takes_back(self, by_owner: bool) -> None:
        """Undone by whoever may, it is exactly as it was, if nobody has touched it since (I14)."""
        seq, act, letter, before, after = self.done.pop()
        inverse = INVERSE[act]
        may = by_owner or self.model.may(inverse, letter, clock.now(), used=self._used("changes"))
        untouched = self.hers.state(letter.id) == after

        async def takes() -> Any:
            return await undo(self.owner if by_owner else await self._bob(), seq)

        if not untouched:
            self.try_(takes())
        elif self._tries(inverse, letter, takes(), may, by=self.world.alice.id if by_owner else self.world.bob.id):
            assert self.hers.state(letter.id) == before
        self._noticed(letter)

    @rule(number=some, words=st.sampled_from(["Dear Clara, yes.", "Dear Clara, no."]), with_template=st.booleans())
    @precondition(lambda self: len(self.written) < 5)
    def bob_writes(self, number: int, words: str, with_template: bool) -> None:
        letter = self._letter(number)
        act = "reply_template" if with_template else "draft"

        async def writes() -> SeenDraft:
            desk = await self._bob()
            if with_template:
                return await reply_with_template(desk, letter.ours, self.template, {})
            return await draft.write_draft(desk, letter.ours, words)

        asked = Written(uuid4(), letter, self.model.given.id, words, self.template if with_template else None)
        may = self.model.may(act, letter, clock.now(), used=self._used("changes"), by=asked)
        seen = self._tries(act, letter, writes(), may)
        if seen:
            assert [each.email for each in seen.draft.message.to] == [letter.sender]
            asked.id, asked.words = seen.row.id, TEMPLATE if with_template else words
            self.private_ids[asked.id] = seen.row.private_id
            self.written.append(asked)
            self.bob_schedules(len(self.written) - 1, 1)

    @rule(number=some)
    @precondition(lambda self: self.written)
    def bob_edits(self, number: int) -> None:
        each = self._written(number)
        words = f"Dear Clara, {'perhaps' if 'perhaps' not in each.words else 'by no means'}."

        async def edits() -> SeenDraft:
            return await draft.edit_draft(await self._bob(), each.id, words)

        may = not each.spoilt and self.model.may(
            "edit",
            each.letter,
            clock.now(),
            used=self._used("changes"),
            by=Written(each.id, each.letter, each.grant, words),
        )
        if self._tries("edit", each.letter, edits(), may):
            each.words, each.template, each.yes = words, None, ""

    @rule(number=some, hours=st.sampled_from([1, 1, 3, 20]))
    @precondition(lambda self: self.written)
    def bob_schedules(self, number: int, hours: int) -> None:
        each = self._written(number)
        at = (clock.now() + timedelta(hours=hours)).replace(tzinfo=None, microsecond=0)

        async def schedules() -> ScheduledSend:
            return await schedule.schedule(await self._bob(), each.id, wall_time=at, zone="UTC")

        if self.try_(schedules()):
            each.moved = False

    @rule(hours=st.sampled_from([1, 1, 4, 24, 72]))
    def time_passes_and_a_worker_comes(self, hours: int) -> None:
        """Whatever leaves, leaves as the rule says at that moment; what may leave without a question does."""
        clock.move(timedelta(hours=hours, minutes=1))
        for row in self.runner.run(schedule.scheduled(self.owner)):
            each = next(one for one in self.written if one.id == row.draft_id)
            due = row.state == SendState.PREPARED and row.due_at <= clock.now()
            may = self._may_send(each)
            left = len(self.world.sandbox.left)
            self.runner.run(deliver(self.world.resources, row.mailbox_id, row.id))
            went = len(self.world.sandbox.left) - left
            assert went <= (1 if due and may else 0), (each, self.model)
            sure = each.template is not None or self.model.given.approval == "never"
            if due and may and sure:
                assert went == 1, (each, self.model)
            if went:
                self._it_left(each)

    def _may_send(self, each: Written) -> bool:
        used = self._used("sends")
        hers = not each.spoilt and not each.moved
        return (
            hers and self.model.may("send", each.letter, clock.now(), used=used, by=each) and self.model.may_leave(each)
        )

    def _it_left(self, each: Written) -> None:
        private_id, to, words = self.hers.left()[-1]
        assert private_id == self.private_ids[each.id]
        assert to == (each.letter.sender,)
        assert words.replace("\r\n", "\n").strip().startswith(each.words) or each.words in words
        self.model.given.sent += 1
        self.written.remove(each)
        for other in self.written:
            other.moved |= other.letter.conversation == each.letter.conversation

    # How each step is judged.

    def try_(self, act: Coroutine[Any, Any, Any]) -> Any:
        """Do something that may be refused; None if it was. Anything but a refusal is a fault."""
        try:
            return self.runner.run(act)
        except AppError:
            return None

    def _tries(
        self, act: str, letter: Letter, doing: Coroutine[Any, Any, Any], may: bool, *, by: UUID | None = None
    ) -> Any:
        """Have somebody do something: done if and only if the rule says so, and nothing without its entry (I1)."""
        self._entries()
        first = len(effects(self.world.sandbox))
        try:
            done, refusal = self.runner.run(doing), None
        except (Denied, NotFound) as refused:
            done, refusal = None, refused
        except (Conflict, BadRequest):
            return None
        changed = effects(self.world.sandbox)[first:]
        assert (refusal is None) == may, (act, letter, refusal, self.model)
        self.allowed, self.refused = self.allowed + may, self.refused + (not may)
        if not may:
            assert changed == []
            return None
        begun = [each for each in self._entries(peek=True) if each.phase == "begin" and each.decision == "allow"]
        if changed:
            assert {each.kind for each in changed} <= EFFECTS[act]
            (entry,) = [each for each in begun if each.action == act]
            assert (entry.actor_id, entry.provider_message) == (by or self.world.bob.id, letter.id)
            assert by == self.world.alice.id or entry.grant_id == self.model.given.id
        return done

    def _entries(self, *, peek: bool = False) -> list[AuditEntry]:
        """Return the entries since the last time."""

        async def newer() -> list[AuditEntry]:
            async with self.world.resources.db.transaction(mailbox=self.world.mailbox.id) as session:
                wanted = select(AuditEntry).where(col(AuditEntry.mailbox_id) == self.world.mailbox.id)
                wanted = wanted.where(col(AuditEntry.seq) > self.seq).order_by(col(AuditEntry.seq))
                return list((await session.execute(wanted)).scalars())

        found = self.runner.run(newer())
        if found and not peek:
            self.seq = found[-1].seq
        return found

    def _used(self, counted: str) -> int:
        """Return how much of the day's number is gone, by what the chain has let begin since the day began."""
        return self.runner.run(self._counted(counted))

    async def _counted(self, counted: str) -> int:
        given = self.model.given
        start = self._day_began(given)
        acts = ["send"] if counted == "sends" else [*INVERSE, "draft", "edit", "discard", "reply_template"]
        async with self.world.resources.db.transaction(mailbox=self.world.mailbox.id) as session:
            wanted = select(AuditEntry).where(
                col(AuditEntry.mailbox_id) == self.world.mailbox.id,
                col(AuditEntry.grant_id) == given.id,
                col(AuditEntry.phase) == "begin",
                col(AuditEntry.decision) == "allow",
                col(AuditEntry.action).in_(acts),
                col(AuditEntry.at) >= start,
            )
            return len((await session.execute(wanted)).scalars().all())

    def _day_began(self, given: Given) -> datetime:
        zone = ZoneInfo(given.bound.hours.zone if given.bound.hours else "UTC")
        return clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def _noticed(self, letter: Letter) -> None:
        """Write down what a step has made of a letter, by the mailbox itself."""
        labels, place = self.hers.state(letter.id)
        letter.labels, letter.place = set(labels), place

    def _letter(self, number: int) -> Letter:
        return self.model.letters[number % len(self.model.letters)]

    def _written(self, number: int) -> Written:
        return self.written[number % len(self.written)]

    def _grant_stands(self) -> bool:
        return (
            self.model.given is not None
            and self.model.given.status != "revoked"
            and clock.now() < self.model.given.ends
        )

    def _yes_is_void(self) -> None:
        for each in self.written:
            each.yes = ""

    @invariant()
    def each_reply_left_once_and_within_its_day(self) -> None:
        """I2, I8, I12: by the ledger's account, each in its place."""
        self.steps += 1
        gone = [private_id for private_id, _, _ in self.hers.left()]
        assert len(gone) == len(set(gone)) == len(effects(self.world.sandbox, "send"))
