"""What a message is like, as far as a grant's conditions ask; worked out from the mailbox, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from app.access.conditions import MailFacts, covers
from app.access.decide import Kind
from app.access.scopes import Scope
from app.errors import BadRequest
from app.models.conditions import Conditions
from app.models.grant import Grant
from app.models.mailbox import Mailbox
from app.providers.base import Folder, Message
from app.rules.addresses import normalised, same_organisation
from app.rules.kinds import kind_of
from app.rules.replying import reply_target


def likeness(message: Message, mailbox: Mailbox) -> MailFacts:
    """Return what a message of a mailbox is like; what the owner wrote herself counts as with those she wrote to."""
    authors, reply_to, to = (
        [address.email for address in addresses] for addresses in (message.authors, message.reply_to, message.to)
    )
    try:
        internal = same_organisation(reply_target(authors, reply_to, to, mailbox.address), mailbox.address)
    except BadRequest:  # nobody can be answered
        internal = False
    kind = kind_of(message.subject, message.snippet)
    return MailFacts(
        authors=_others(message, normalised(mailbox.address)),
        labels=_labels(message),
        kind=kind,
        internal=internal,
        unsent=is_unsent(message),
        spam=message.folder is Folder.SPAM,
    )


def _labels(message: Message) -> frozenset[str]:
    """Return what a condition about labels may name: the labels, and the tab into which Gmail has sorted it."""
    return message.labels | {message.tab} if message.tab else message.labels


def other_party(message: Message, mailbox: Mailbox) -> str:
    """Return the address of whom a message is exchanged with: its author, or the first to whom the owner wrote.

    It is empty where the owner alone stands on both sides.
    """
    own = normalised(mailbox.address)
    return next((email for email in _others(message, own) if normalised(email) != own), "")


def _others(message: Message, own: str) -> tuple[str, ...]:
    people = message.to if _is_from(message, own) else message.authors
    return tuple(address.email for address in people)


def _is_from(message: Message, own: str) -> bool:
    """Say whether one address, normalised, alone wrote a message."""
    return bool(message.authors) and all(normalised(address.email) == own for address in message.authors)


def is_unsent(message: Message) -> bool:
    """Say whether a message is somebody's draft; an assistant sees her own where drafts are, and nobody else's."""
    return message.folder is Folder.DRAFTS


def covered_of(
    kind: Kind, grant: Grant | None, messages: Sequence[Message], mailbox: Mailbox, *, unsent: bool = False
) -> list[Message]:
    """Return what of one conversation is covered; with a message that is, the owner's own answers in it are too.

    Those that are not sent are left out unless they are asked for, to find those of the reader's own grant among them.
    """
    hers, own = covered(kind, grant, messages, mailbox), normalised(mailbox.address)
    if not hers:
        return []
    there = messages if kind is not Kind.ASSISTANT or _reviews_spam(grant) else _but_spam(messages)
    return [each for each in there if each in hers or (unsent if is_unsent(each) else _is_from(each, own))]


def covered(kind: Kind, grant: Grant | None, messages: Sequence[Message], mailbox: Mailbox) -> list[Message]:
    """Return those that whoever acts in this part, under this grant, is about; private is another matter."""
    if kind is not Kind.ASSISTANT:
        return list(messages)
    if grant is None or grant.conditions is None:
        return []
    there = messages if _reviews_spam(grant) else _but_spam(messages)
    sent, conditions = [each for each in there if not is_unsent(each)], grant.conditions
    if not conditions.about_mail:
        return sent
    own = normalised(mailbox.address)
    return [each for each in sent if covers(conditions, _asked(conditions, each, own))]


def _reviews_spam(grant: Grant | None) -> bool:
    return grant is not None and Scope.SPAM_REVIEW in grant.scopes


def _but_spam(messages: Sequence[Message]) -> list[Message]:
    return [each for each in messages if each.folder is not Folder.SPAM]


def _asked(conditions: Conditions, message: Message, own: str) -> MailFacts:
    """Return what these conditions ask about a message: a page is read for its senders and labels far more often."""
    kind = kind_of(message.subject, message.snippet) if conditions.kinds else None
    return MailFacts(authors=_others(message, own), labels=_labels(message), kind=kind)
