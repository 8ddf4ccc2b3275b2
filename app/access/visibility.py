"""What an assistant never sees: private senders, mail that opens accounts, and what Deskhand writes to the owner.

The owner's sender rule for an exact address beats that for its domain, and both beat the class *security*.
A thread with one private message is private as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.access.first_words import first_quotations
from app.access.headings import is_field, names_one_of, spelt
from app.access.quotations import addresses_in, headings, may_quote, paragraph, quotations
from app.rules.addresses import domain_of, normalised
from app.rules.kinds import kind_of
from app.rules.label_names import same
from app.rules.security import may_open_accounts, opens_accounts

PRIVATE_SENDER = "sender"
LABEL = "label"
SECURITY = "security"
WHOLE = "whole"  # security, by a text that is at hand only when somebody reads the message
THREAD = "thread"
DESKHAND = "deskhand"


@dataclass(frozen=True, kw_only=True)
class PrivateRules:
    """What the owner says is private: `senders` maps a normalised address or `@domain` to her mark.

    `excepted` maps the private ones to the kinds of mail that an assistant may see even so; `labels` are those whose
    conversations are private, as `rules.label_names.same` has them.
    """

    senders: Mapping[str, bool] = field(default_factory=dict)
    excepted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """Why one message is private by itself (empty if it is not), or that it is let through although its sender is."""

    reason: str = ""
    excepted: bool = False


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
    if rules and any(_marked(address, rules) for address in people):
        return PRIVATE_SENDER
    written_by = list(authors)
    if not is_cleared(written_by, rules) and opens_accounts(subject, beginning, written_by):
        return SECURITY
    return ""


def is_cleared(authors: Iterable[str], rules: Mapping[str, bool]) -> bool:
    """Say whether the owner shows one of these senders' mail even if it opens accounts."""
    return bool(rules) and any(_mark(address, rules) is False for address in authors)


def opens_as_a_whole(
    subject: str, texts: Iterable[str], authors: Iterable[str], rules: Mapping[str, bool], *, in_doubt: bool
) -> bool:
    """Say whether a message opens accounts by all that would be shown of it: a code may stand far below its beginning.

    `in_doubt` says so unless that can be ruled out. `texts` are its text and its HTML; what they quote of others' mail
    that opens accounts is left out in any case.
    """
    written_by = list(authors)
    if is_cleared(written_by, rules):
        return False
    shown = [without_private(text, rules, known=None) for text in texts if text]
    judge = may_open_accounts if in_doubt else opens_accounts
    return any(judge(subject, words, written_by) for words in shown)


def let_through(
    people: Iterable[str], authors: Iterable[str], subject: str, beginning: str, rules: PrivateRules
) -> bool:
    """Say whether a private sender's message is of a kind that the owner lets an assistant see.

    Everybody private in it has to be let through with this kind, and one of them to have written it: what the owner
    writes to her mother stays with them. Mail that opens accounts is never let through.
    """
    kind = kind_of(subject, beginning)
    private = [address for address in people if _marked(address, rules.senders)]
    hers = [address for address in authors if _marked(address, rules.senders)]
    if kind is None or not hers or may_open_accounts(subject, beginning, authors):
        return False
    return all(kind in _excepted(address, rules) for address in private)


def _excepted(address: str, rules: PrivateRules) -> frozenset[str]:
    exact = normalised(address)
    return rules.excepted.get(exact if exact in rules.senders else domain_of(address), frozenset())


def is_labelled(labels: Iterable[str], rules: PrivateRules) -> bool:
    """Say whether one of a message's labels is among those whose conversations are private."""
    return bool(rules.labels) and any(same(label) in rules.labels for label in labels)


def without_private(text: str, rules: Mapping[str, bool], *, known: Collection[str] | None = ()) -> str:
    """Return a text up to the line that names a private address, or that introduces a quoted mail which opens accounts.

    So begins what a letter quotes of a private one, in the words of whichever mail program: nobody says where it ends.
    Where somebody has private people, a quotation that names its writer by no address is left out too, unless it is
    one of those `known` by these names; None: whoever it is.
    """
    if not (may_quote(text) or ("@" in text and any(rules.values()))):
        return text
    lines = text.split("\n")
    cuts = [*_first_named(lines, rules), *_first_opening(lines, rules)]
    if known is not None and any(rules.values()):
        cuts += _first_unknown(lines, known)
    return "\n".join(lines[: min(cuts)]).rstrip() if cuts else text


def _first_named(lines: list[str], rules: Mapping[str, bool]) -> Iterator[int]:
    """Yield where the first quotation begins that names a private address; long headings are wrapped once or twice."""
    for number, line in enumerate(lines):
        if any(_marked(address, rules) for address in addresses_in(line)):
            yield number if is_field(line) else paragraph(lines, number, most=2)
            return


def _first_opening(lines: list[str], rules: Mapping[str, bool]) -> Iterator[int]:
    """Yield where the first quotation begins that opens accounts, unless the owner shows its sender's mail."""
    for quoted in quotations(lines):
        senders = addresses_in(quoted.introduced)
        if not is_cleared(senders, rules) and opens_accounts(quoted.subject, quoted.text, senders):
            yield quoted.first
            return


def _first_unknown(lines: list[str], known: Collection[str]) -> Iterator[int]:
    """Yield where the first quotation begins that says that somebody wrote it, by no address and by no known name."""
    names = frozenset(map(spelt, known))
    for first, said in headings(lines):
        if _is_unknown(said, names):
            yield first
            return


def _is_unknown(said: str, names: Collection[str]) -> bool:
    return not addresses_in(said) and not names_one_of(said, names)


def beginning_without_private(snippet: str, rules: Mapping[str, bool], *, known: Collection[str] = ()) -> str:
    """Return a message's first words, one line, up to where they name a private address, be it cut off at their end.

    Or up to where they quote somebody without an address who is none of those `known` by these names.
    """
    if not any(rules.values()):
        return without_private(snippet, rules)
    last = (snippet.rstrip(" .…").split() or [""])[-1].strip("<>\"'(),;:[]").casefold()
    cut_off = len(last) > 2 and any(private and _begins(sender, last) for sender, private in rules.items())
    shown = "" if cut_off else without_private(snippet, rules, known=None)
    if not may_quote(shown):
        return shown
    names = frozenset(map(spelt, known))
    begun = min((first for first, said in first_quotations(shown) if _is_unknown(said, names)), default=None)
    return shown if begun is None else shown[:begun].rstrip()


def _begins(sender: str, fragment: str) -> bool:
    """Say whether a rule's address (or `@domain`) begins so."""
    if sender.startswith("@"):
        return "@" in fragment and sender.startswith(f"@{fragment.rpartition('@')[2]}")
    return sender.startswith(fragment)


def _marked(address: str, rules: Mapping[str, bool]) -> bool:
    return _mark(address, rules) is True


def _mark(address: str, rules: Mapping[str, bool]) -> bool | None:
    exact = rules.get(normalised(address))
    return exact if exact is not None else rules.get(domain_of(address))
