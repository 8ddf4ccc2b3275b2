"""The invented mails of the practice owner, Valentina Rojas, who plans gardens in Santiago de Chile.

They lie in `app/sandbox/practice_mail/` as people write them, in UTF-8. Reading them does three things: `X-Practice-…`
fields, which say when they came and where they lie, go away; `[[-2d 10:00|EEEE d]]` becomes a date; headers are
encoded, and what Google's or Microsoft's servers write is put above mail from outside.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.header import Header
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.sandbox.addresses import read_addresses
from app.sandbox.dates import write_date
from app.sandbox.graph.arriving import arrival
from app.sandbox.headers import Field
from app.sandbox.rewriting import address_text, with_above

FOLDER = Path(__file__).parents[1] / "practice_mail"
_MOMENT = re.compile(r"\[\[([^|\]]+)\|([^\]]+)\]\]")
_OWN = "X-Practice-"
Provider = Literal["gmail", "graph"]


@dataclass(frozen=True, slots=True)
class PracticeMail:
    """One invented mail, ready for `mailbox.add`; `story` is the name it has in the demo, empty for most."""

    raw: bytes
    labels: tuple[str, ...]
    unread: bool
    internal_date: datetime
    story: str


def practice_mails(now: datetime, owner_address: str, *, provider: Provider = "gmail") -> Iterator[PracticeMail]:
    """Yield the invented mails of the ten days before `now` (aware), oldest first, the one of the night left out.

    Those from outside bear what the provider's own servers write above a letter.
    """
    mails = [_mail(path, now, owner_address, provider) for path in FOLDER.glob("*.eml")]
    yield from sorted(mails, key=lambda mail: mail.internal_date)


def client_at_night(at: datetime, owner_address: str) -> bytes:
    """Return the mail that a client writes late: as he sends it at `at`, for `POST /_deliver`.

    It answers the mail whose story is `client`: at what hour may he expect her, and is watering included in the price?
    """
    return _Written(FOLDER / "later" / "client-at-night.eml", at, owner_address).sent()


def _mail(path: Path, now: datetime, owner_address: str, provider: Provider) -> PracticeMail:
    written = _Written(path, now, owner_address)
    own = written.author == owner_address
    named = written.note("Labels", "SENT" if own else "INBOX")
    labels = tuple(label.strip() for label in named.split(","))
    raw = written.sent() if own else written.received(owner_address, provider)
    return PracticeMail(raw, labels, bool(written.note("Unread")), written.at, written.note("Story"))


class _Written:
    """One file, its dates and addresses filled in."""

    def __init__(self, path: Path, now: datetime, owner_address: str) -> None:
        text = path.read_text("utf-8").replace("{owner}", owner_address)
        self.notes = dict(line.split(": ", 1) for line in text.partition("\n\n")[0].splitlines())
        self.now = now
        self.zone = ZoneInfo(self.note("When").split()[-1])
        self.at = self._moment(self.note("When"))
        head, _, self.body = _MOMENT.sub(self._dated, text).partition("\n\n")
        fields = [line.split(": ", 1) for line in head.splitlines() if not line.startswith(_OWN)]
        self.fields: list[Field] = [(name, value) for name, value in fields]
        self.author = read_addresses(dict(self.fields)["From"])[0].email

    def note(self, name: str, default: str = "") -> str:
        return self.notes.get(_OWN + name, default)

    def _dated(self, found: re.Match[str]) -> str:
        return format_datetime(self._moment(found[1]), found[2], locale=self.note("Lang", "es"))

    def _moment(self, spec: str) -> datetime:
        """Return what `-2d 22:40 Europe/Paris` means, in the writer's zone; `+3b` counts working days, `-1m` months."""
        step, *rest = spec.split()
        zone = next((ZoneInfo(word) for word in rest if "/" in word), self.zone)
        local = self.now.astimezone(zone)
        if step == "now":
            return local
        clock_time = next((time.fromisoformat(word) for word in rest if ":" in word), time(12))
        day = _shifted(local, int(step[:-1]), step[-1])
        return datetime.combine(day, clock_time, zone).astimezone(self.zone)

    def sent(self) -> bytes:
        """Return the letter as its author sent it."""
        fields = [(name, _encoded(name, value)) for name, value in self.fields]
        fields.insert(3, ("Date", write_date(self.at)))
        if "MIME-Version" not in dict(fields):
            fields += [("MIME-Version", "1.0"), ("Content-Transfer-Encoding", "8bit")]
        return with_above(b"\r\n" + self.body.encode().replace(b"\n", b"\r\n"), fields)

    def received(self, owner_address: str, provider: Provider) -> bytes:
        """Return the letter as it lies in the mailbox, with what the provider's servers write above it."""
        result, at = self.note("Result", "pass"), self.at + timedelta(seconds=2)
        if provider == "graph":
            return with_above(self.sent(), arrival(sender=self.author, author=self.author, result=result, at=at))
        return with_above(self.sent(), _googles(owner_address, self.author, result, at))


def _googles(owner_address: str, author: str, result: str, at: datetime) -> list[Field]:
    tag, arrived, domain = secrets.token_hex(8), write_date(at), author.rpartition("@")[2]
    host = f"mail.{domain}"
    checked = (
        f"mx.google.com; dkim={result} header.i=@{domain} header.s=s1; spf={result} smtp.mailfrom={author}; "
        f"dmarc={result} (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from={domain}"
    )
    hop = f"from {host} ({host}. [192.0.2.25]) by mx.google.com with ESMTPS id {tag} for <{owner_address}>"
    return [
        ("Delivered-To", owner_address),
        ("Received", f"by 2002:a05:6808:{tag[:4]}:b0:{tag[4:7]}:{tag[7:11]} with SMTP id {tag}; {arrived}"),
        ("Return-Path", f"<{author}>"),
        ("Received", f"{hop}; {arrived}"),
        ("Authentication-Results", checked),
    ]


def _encoded(name: str, value: str) -> str:
    if value.isascii():
        return value
    if name == "Subject":
        return Header(value, "utf-8", maxlinelen=990).encode()
    return ", ".join(address_text(one.name, one.email) for one in read_addresses(value))


def _shifted(day: datetime, amount: int, unit: str) -> datetime:
    if unit == "m":
        return day.replace(day=1) + timedelta(days=31 * amount + (0 if amount > 0 else 15))
    left, step = abs(amount), timedelta(days=1 if amount > 0 else -1)
    while left:
        day += step
        left -= unit == "d" or day.weekday() < 5
    return day
