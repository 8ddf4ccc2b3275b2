"""What an assistant never sees: private senders, mail that opens accounts, and what Deskhand writes to the owner.

The owner's sender rule for an exact address beats that for its domain, and both beat the class *security*.
A thread with one private message is private as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.rules.addresses import domain_of, normalised
from app.rules.security import opens_accounts

PRIVATE_SENDER = "sender"
SECURITY = "security"
THREAD = "thread"
DESKHAND = "deskhand"


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
    if not cleared and opens_accounts(subject, beginning):
        return SECURITY
    return ""


def _marked(address: str, rules: Mapping[str, bool]) -> bool:
    return _mark(address, rules) is True


def _mark(address: str, rules: Mapping[str, bool]) -> bool | None:
    exact = rules.get(normalised(address))
    return exact if exact is not None else rules.get(domain_of(address))
