"""A mail file of any size into a practice mailbox: read as a stream, looked at in the killable child, then added."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from app import clock
from app.child import Child, TooHard
from app.sandbox.mail_files.examine import Finding, examine, findings_in, pack
from app.sandbox.mail_files.letters import Broken, Letter, unreadable
from app.sandbox.mail_files.placing import Placing, owner_among, place
from app.sandbox.mail_files.reading import Source, open_source

BATCH = 100  # letters that go to the child together, unless they are large
BATCH_BYTES = 2 * 2**20
SAMPLE = 1_000  # letters read before it is decided whose mail this is
SAMPLE_BYTES = 32 * 2**20
FIRST_BAD = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a mail file has been read, in bytes of the file, and what came out."""

    done: int
    total: int
    read: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a mail file; `first_bad` are sentences about the first few pieces that are no mail."""

    read: int
    unreadable: int
    first_bad: tuple[str, ...]


class Fillable(Protocol):
    """A practice mailbox of any provider; labels are named in Gmail's words."""

    address: str

    def add(self, raw: bytes, *, labels: Iterable[str], internal_date: datetime | None, unread: bool) -> object:
        """Put a letter in as if it had always been there."""


Judged = list[tuple[Letter, Finding]]


@dataclass(slots=True)
class _Loading:
    """One mail file on its way into one mailbox."""

    mailbox: Fillable
    now: datetime
    owners: frozenset[str] = frozenset()
    read: int = 0
    bad: int = 0
    first_bad: list[str] = field(default_factory=list)

    def leave_out(self, where: str, why: str) -> None:
        self.bad += 1
        if len(self.first_bad) < FIRST_BAD:
            self.first_bad.append(f"{where}: {why}")

    def add(self, letter: Letter, placing: Placing) -> None:
        self.mailbox.add(letter.raw, labels=placing.labels, internal_date=placing.date, unread=placing.unread)
        self.read += 1


async def load(mailbox: Fillable, path: Path, *, progress: Callable[[Progress], None]) -> Loaded:
    """Read mbox, Maildir, .eml or Takeout into a mailbox, going on past what is no mail.

    Raises UnreadableInput, a sentence with the path, when there is no mail in it at all or when it is an attack.
    `progress` is called after every hundred letters or so; its bytes never go back.
    """
    source = await asyncio.to_thread(open_source, path)
    loading = _Loading(mailbox, clock.now())
    async with Child(examine) as child:
        held: Judged = []
        async for judged in _batches(source, child, loading):
            held += judged
            if not loading.owners and _is_sample(held):
                loading.owners = _owners(mailbox, held)
            if loading.owners:
                _add_all(loading, held)
                held = []
            progress(Progress(source.meter.done, source.meter.total, loading.read + len(held), loading.bad))
    loading.owners = loading.owners or _owners(mailbox, held)
    _add_all(loading, held)
    if not loading.read:
        raise unreadable(path, _why_nothing(loading))
    progress(Progress(source.meter.total, source.meter.total, loading.read, loading.bad))
    return Loaded(loading.read, loading.bad, tuple(loading.first_bad))


async def _batches(source: Source, child: Child, loading: _Loading) -> AsyncIterator[Judged]:
    while found := await asyncio.to_thread(_next_batch, source):
        for piece in found:
            if isinstance(piece, Broken):
                loading.leave_out(piece.where, piece.why)
        yield await _judged(child, [piece for piece in found if isinstance(piece, Letter)], loading)


def _next_batch(source: Source) -> list[Letter | Broken]:
    batch: list[Letter | Broken] = []
    size = 0
    for piece in islice(source.found, BATCH):
        batch.append(piece)
        size += len(piece.raw) if isinstance(piece, Letter) else 0
        if size > BATCH_BYTES:
            break
    return batch


async def _judged(child: Child, letters: list[Letter], loading: _Loading) -> Judged:
    """Return the letters that are mail; one that is too hard for the child is left out, its neighbours are not."""
    if not letters:
        return []
    try:
        findings = findings_in(await child.ask(pack([letter.raw for letter in letters])))
    except TooHard as trouble:
        if len(letters) == 1:
            loading.leave_out(letters[0].where, str(trouble.values["why"]))
            return []
        return [pair for letter in letters for pair in await _judged(child, [letter], loading)]
    for letter, finding in zip(letters, findings, strict=True):
        if finding.trouble:
            loading.leave_out(letter.where, finding.trouble)
    return [pair for pair in zip(letters, findings, strict=True) if not pair[1].trouble]


def _is_sample(held: Judged) -> bool:
    return len(held) >= SAMPLE or sum(len(letter.raw) for letter, _ in held) >= SAMPLE_BYTES


def _owners(mailbox: Fillable, held: Judged) -> frozenset[str]:
    return frozenset({mailbox.address.lower(), owner_among(finding for _, finding in held)})


def _add_all(loading: _Loading, held: Judged) -> None:
    for letter, finding in held:
        loading.add(letter, place(letter, finding, owners=loading.owners, now=loading.now))


def _why_nothing(loading: _Loading) -> str:
    if loading.bad == 0:
        return "there is no mail in it"
    if loading.bad == 1:
        return loading.first_bad[0].rpartition(": ")[2]
    return f"none of its {loading.bad} pieces is a mail that can be read"
