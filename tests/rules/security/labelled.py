"""Mails of our own that open accounts, or only sound like it, and how many of them the rules tell apart.

`python -m tests.rules.security.labelled` prints the figures. Of `es`, `fr` and `en` one half was developed on, the
other was kept aside: nobody looked at what went wrong in it. `later` and `go-07` to `go-16` were written afterwards,
most of them harder than mail is: each go was judged once before the rules were changed by it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.rules.security import opens_accounts

FOLDER = Path(__file__).parent
LANGUAGES = ("es", "fr", "en")
DEVELOPED_ON, KEPT_ASIDE, LATER = "developed on", "kept aside", "later"
PARTS = (DEVELOPED_ON, KEPT_ASIDE, LATER)
BEGINNING = 200  # characters that a list knows of a mail


@dataclass(frozen=True)
class Labelled:
    """One mail and what it is."""

    id: str
    lang: str
    sender: str
    subject: str
    body: str
    security: bool

    @property
    def part(self) -> str:
        """Return which part of the set it belongs to; a hash decides, so that a new mail moves no other."""
        if self.id.startswith(LATER):
            return LATER
        return KEPT_ASIDE if hashlib.sha256(self.id.encode()).digest()[0] % 2 else DEVELOPED_ON


@dataclass(frozen=True)
class Figures:
    """How many were recognised of those that open accounts, and how many others were taken for one."""

    found: int
    opening: int
    false: int
    ordinary: int

    @property
    def recall(self) -> float:
        """Return the share of those that open accounts which were recognised."""
        return self.found / self.opening

    @property
    def false_rate(self) -> float:
        """Return the share of ordinary mail that was taken for one that opens accounts."""
        return self.false / self.ordinary

    def __str__(self) -> str:
        return (
            f"recall {self.recall:.3f} ({self.found} of {self.opening}), "
            f"false {self.false_rate:.3f} ({self.false} of {self.ordinary})"
        )


def labelled() -> Iterator[Labelled]:
    """Yield the whole set."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            mail = json.loads(line)
            yield Labelled(sender=mail.pop("from"), **mail)
    for path in sorted(FOLDER.glob("go-*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield _in_one_line(f"{LATER}-{path.stem}-{number:03}", line)


def _in_one_line(name: str, line: str) -> Labelled:
    """Read `en + Bank <otp@bank.example> | Subject | Body`; `+` opens accounts, `-` does not."""
    head, subject, body = line.split(" | ", 2)
    lang, sign, sender = head.split(" ", 2)
    return Labelled(name, lang, sender, subject, body.replace(r"\n", "\n"), security=sign == "+")


def figures(mails: Iterable[Labelled], longest: int | None = None) -> Figures:
    """Judge mails by their bodies up to `longest` characters."""
    judged = [(mail.security, opens_accounts(mail.subject, mail.body[:longest], [mail.sender])) for mail in mails]
    return Figures(
        found=judged.count((True, True)),
        opening=sum(is_so for is_so, _ in judged),
        false=judged.count((False, True)),
        ordinary=sum(not is_so for is_so, _ in judged),
    )


def main() -> None:
    """Print the figures of each part and language, by whole bodies and by what a list knows."""
    mails = list(labelled())
    for longest, known in ((None, "whole body"), (BEGINNING, f"{BEGINNING} characters")):
        for part in PARTS:
            for language in LANGUAGES:
                some = [mail for mail in mails if (mail.part, mail.lang) == (part, language)]
                print(f"{known}, {part}, {language}: {figures(some, longest)}")


if __name__ == "__main__":
    main()
