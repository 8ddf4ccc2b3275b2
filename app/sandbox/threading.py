"""Which thread a letter belongs to: References or In-Reply-To name a letter of it, and the subject is the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.sandbox.headers import Head, decode_words

MOST_REFERENCES = 200
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
_PREFIX = re.compile(r"\s*+(?:(?:re|fwd?|aw|wg|rv|tr|antw|sv|vs|enc)\s*+(?:\[\d{1,5}\])?\s*+[::]\s*+)++", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Origin:
    """What decides about the thread of a letter; ids with their angle brackets, `subject` decoded."""

    message_id: str
    references: tuple[str, ...]
    subject: str

    @classmethod
    def of(cls, head: Head) -> Origin:
        """Read it from the header fields."""
        own = message_ids_in(head.first("Message-ID"))
        named = message_ids_in(head.first("References")) + message_ids_in(head.first("In-Reply-To"))
        subject = decode_words(head.first("Subject"))
        return cls(own[0] if own else "", tuple(dict.fromkeys(named)), subject)


def message_ids_in(value: str) -> tuple[str, ...]:
    """Return the message ids of a header value; the last ones if there are too many."""
    return tuple(_MESSAGE_ID.findall(value)[-MOST_REFERENCES:])


def plain_subject(subject: str) -> str:
    """Return a subject without its Re: and Fwd:, however many and in whatever language, and without case."""
    prefix = _PREFIX.match(subject)
    return _SPACE.sub(" ", subject[prefix.end() :] if prefix else subject).strip().casefold()


def same_subject(one: str, other: str) -> bool:
    """Say whether two subjects are the same but for their prefixes."""
    return plain_subject(one) == plain_subject(other)
