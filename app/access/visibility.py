"""What an assistant never sees: private senders, mail that opens accounts, and what Deskhand writes to the owner.

The owner's sender rule for an exact address beats that for its domain, and both beat the class *security*.
A thread with one private message is private as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from app.access.quotations import quotations
from app.rules.addresses import domain_of, normalised
from app.rules.security import opens_accounts

PRIVATE_SENDER = "sender"
SECURITY = "security"
THREAD = "thread"
DESKHAND = "deskhand"


_ADDRESS = re.compile(r"[^\s<>\"'(),;:&\[\]]{1,64}@[^\s<>\"'(),;:&\[\]]{1,253}")

_FIELD = re.compile(r"[\s>*]*[^\W\d_]{2,15}\s?\*?:")  # From: and its like, in any language


def private_because(
    people: Iterable[str],
    authors: Iterable[str],
    subject: str,
    beginning: str,
    rules: Mapping[str, bool],
    *,
    ours: bool = False,
) -> str:
    """Return why one message is private, or an empty string.

    `people` are the addresses of all who wrote it or get it, `authors` those of From alone; `rules` maps a normalised
    address or `@domain` to the owner's private mark (False: she says that it is not private). `ours` says that Deskhand
    itself wrote it, which no rule of the owner's makes less private: its links are for her alone.
    """
    if ours:
        return DESKHAND
    if any(_marked(address, rules) for address in people):
        return PRIVATE_SENDER
    cleared = [address for address in authors if _mark(address, rules) is False]
    if not cleared and opens_accounts(subject, beginning, authors):
        return SECURITY
    return ""


def without_private(text: str, rules: Mapping[str, bool]) -> str:
    """Return a text up to the line that names a private address, or that introduces a quoted mail which opens accounts.

    So begins what a letter quotes of a private one, in the words of whichever mail program: nobody says where it ends.
    """
    lines = text.split("\n")
    cuts = [*_first_named(lines, rules), *_first_opening(lines, rules)]
    return "\n".join(lines[: min(cuts)]).rstrip() if cuts else text


def _first_named(lines: list[str], rules: Mapping[str, bool]) -> Iterator[int]:
    """Yield where the first quotation begins that names a private address."""
    for number, line in enumerate(lines):
        if any(_marked(address, rules) for address in _addresses(line)):
            yield number if _FIELD.match(line) else _wrapped(lines, number)
            return


def _first_opening(lines: list[str], rules: Mapping[str, bool]) -> Iterator[int]:
    """Yield where the first quotation begins that opens accounts, unless the owner shows its sender's mail."""
    for quoted in quotations(lines):
        senders = _addresses(quoted.introduced)
        cleared = any(_mark(address, rules) is False for address in senders)
        if not cleared and opens_accounts(quoted.subject, quoted.text, senders):
            yield quoted.first
            return


def _addresses(line: str) -> list[str]:
    return [found.rstrip(".>") for found in _ADDRESS.findall(line)]


def beginning_without_private(snippet: str, rules: Mapping[str, bool]) -> str:
    """Return a message's first words up to where they name a private address, be it cut off at their end."""
    last = (snippet.rstrip(" .…").split() or [""])[-1].strip("<>\"'(),;:[]").casefold()
    cut_off = len(last) > 2 and any(private and _begins(sender, last) for sender, private in rules.items())
    return "" if cut_off else without_private(snippet, rules)


def _begins(sender: str, fragment: str) -> bool:
    """Say whether a rule's address (or `@domain`) begins so."""
    if sender.startswith("@"):
        return "@" in fragment and sender.startswith(f"@{fragment.rpartition('@')[2]}")
    return sender.startswith(fragment)


def _wrapped(lines: list[str], number: int) -> int:
    """Return where the sentence begins that introduces a quotation: long ones are wrapped once or twice."""
    first = max(number - 2, 0)
    return next((n + 1 for n in range(number - 1, first - 1, -1) if not lines[n].strip()), first)


def _marked(address: str, rules: Mapping[str, bool]) -> bool:
    return _mark(address, rules) is True


def _mark(address: str, rules: Mapping[str, bool]) -> bool | None:
    exact = rules.get(normalised(address))
    return exact if exact is not None else rules.get(domain_of(address))
