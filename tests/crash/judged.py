"""What came of a reply, judged by the provider's ledger and the mailbox's log: lost, doubled or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.access.decide import Kind
from app.access.reasons import HELD
from app.models.audit import AuditEntry
from app.models.draft import ScheduledSend, SendState
from app.sandbox.ledger import Entry
from app.sandbox.sandbox import Sandbox


class Fault(StrEnum):
    """What a reply must never be."""

    LOST = "lost"
    DOUBLED = "doubled"
    WRONG = "wrong"


@dataclass(frozen=True)
class Ending:
    """How a reply has ended: its rows, newest last, the calls that sent it, and what the log says of all of them.

    `stopped_at` is the number of the last call in the ledger when somebody was told that it would not leave.
    """

    sends: Sequence[ScheduledSend]
    calls: Sequence[Entry]
    log: Sequence[AuditEntry]
    stopped_at: int | None = None


def letters(sandbox: Sandbox, address: str, thread_id: str, provider: str) -> list[Entry]:
    """Return the calls by which something left in this conversation."""
    return [
        entry
        for entry in sandbox.ledger.entries
        if entry.effect is not None and entry.effect.kind == "send" and entry.effect.thread == thread_id
        if (entry.mailbox, entry.provider) == (address, provider)
    ]


def faults(ending: Ending) -> Iterator[tuple[Fault, str]]:
    """Yield what is not as it must be, with a word on it."""
    left, last = len(ending.calls), ending.sends[-1]
    if left > 1:
        yield Fault.DOUBLED, f"{left} letters"
    for send in ending.sends:
        yield from _of_row(send, left)
    sent = any(send.state is SendState.SENT for send in ending.sends)
    if left and not sent and last.state is not SendState.NEEDS_HUMAN:
        yield Fault.WRONG, f"it left and is {last.state}"
    if left and not any(_began(entry) for entry in ending.log):
        yield Fault.WRONG, "it left without an entry before it"
    if ending.stopped_at is not None and any(call.n > ending.stopped_at for call in ending.calls):
        yield Fault.WRONG, "it left after somebody was told that it would not"


def _of_row(send: ScheduledSend, left: int) -> Iterable[tuple[Fault, str]]:
    if send.state in (SendState.PREPARED, SendState.INTENT):
        yield Fault.LOST, f"nobody has looked at it: {send.state}"
    if send.state is SendState.SENT and not left:
        yield Fault.LOST, "it is called sent and never left"
    if send.state in (SendState.HELD, SendState.NEEDS_HUMAN) and send.reason not in HELD:
        yield Fault.LOST, f"it waits for a person, who is not told why: {send.reason!r}"


def _began(entry: AuditEntry) -> bool:
    """Say whether an entry is the one that must stand before a letter leaves."""
    return (entry.phase, entry.action, entry.decision) == ("begin", "send", "allow")


def unended(log: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Return the entries of acts of people's of which no entry says how they ended: their process was struck down."""
    ended = {entry.begins for entry in log}
    return [
        entry for entry in log if entry.phase == "begin" and entry.seq not in ended and entry.actor_kind != Kind.SYSTEM
    ]
