"""Where a letter of a mail file comes to lie in the practice mailbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.sandbox.mail_files.examine import Finding
from app.sandbox.mail_files.label_names import label_named, system_label
from app.sandbox.mail_files.letters import Letter

AWAY = {"SPAM", "TRASH"}
NOT_UNREAD = {"SENT", "DRAFT"}


@dataclass(frozen=True, slots=True)
class Placing:
    """Labels by name, Gmail's own or the owner's, whether it is unread, and when it came."""

    labels: tuple[str, ...]
    unread: bool
    date: datetime | None


def owner_among(findings: Iterable[Finding]) -> str:
    """Return whose mail this is: the address most letters were delivered to, or written to where that is not said."""
    votes = Counter(address for finding in findings for address in finding.owners)
    return votes.most_common(1)[0][0] if votes else ""


def place(letter: Letter, finding: Finding, *, owners: frozenset[str], now: datetime) -> Placing:
    """Decide by what is written down first: Takeout's labels, then the folder, then who wrote the letter.

    What the owner wrote goes to SENT, everything else to INBOX. Where nothing says that it is unread it counts as read.
    """
    labels = dict.fromkeys(_told_labels(letter, finding) or [_guess(finding, owners)])
    labels.update(dict.fromkeys(letter.marks))
    if AWAY & labels.keys():
        labels = {label: None for label in labels if label not in {"INBOX", "DRAFT"}}
    if "DRAFT" in labels:  # a draft bears no other label (Gmail API, guide to drafts)
        labels = {"DRAFT": None}
    unread = "UNREAD" in labels or _is_unread(letter, finding)
    for not_a_place in ("UNREAD", ""):
        labels.pop(not_a_place, None)
    return Placing(tuple(labels), unread and not NOT_UNREAD & labels.keys(), _date(letter, finding, now))


def _told_labels(letter: Letter, finding: Finding) -> list[str]:
    if finding.labels is not None:
        return list(finding.labels) or [""]  # archived: it bears no label at all
    if not letter.folder:
        return []
    last = system_label(letter.folder.rpartition("/")[2])  # INBOX below the name of an account, say
    return [label_named(letter.folder) if last is None else last]


def _guess(finding: Finding, owners: frozenset[str]) -> str:
    return "SENT" if finding.sender and finding.sender in owners else "INBOX"


def _is_unread(letter: Letter, finding: Finding) -> bool:
    if finding.labels is not None:
        return False
    if letter.unread is not None:
        return letter.unread
    return finding.seen is False


def _date(letter: Letter, finding: Finding, now: datetime) -> datetime | None:
    """Return when it came; what lies in the future is a mistake of some clock."""
    told = datetime.fromtimestamp(finding.date, UTC) if finding.date is not None else letter.date
    return told if told and told < now + timedelta(days=1) else None
