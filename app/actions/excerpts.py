"""What of a letter's words an assistant is shown: nothing that it quotes of a private one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.access.visibility import beginning_without_private, without_private
from app.actions.resources import Resources
from app.actions.seeing import private_rules
from app.models.mailbox import Mailbox
from app.providers.base import Message


async def shown(resources: Resources, mailbox: Mailbox, text: str, beside: Iterable[Message] = ()) -> str:
    """Return what of a letter's words an assistant is shown: nothing that is quoted of a private letter.

    `beside` are the messages of its conversation, whose people may be quoted by their names alone.
    """
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        rules = (await private_rules(session, mailbox.id)).senders
    return without_private(text, rules, known=_names(beside))


async def beginnings_shown(
    resources: Resources, mailbox: Mailbox, messages: Sequence[Message], alone: Collection[str] = ()
) -> list[Message]:
    """Return messages with their first words as an assistant is shown them.

    `alone` are the ids of those of which nothing but their own words is shown: first words may be a quotation already,
    and labels belong to the conversation.
    """
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        rules = (await private_rules(session, mailbox.id)).senders
    return [by_itself(each) if each.id in alone else _with_beginning(each, rules) for each in messages]


def _with_beginning(message: Message, rules: Mapping[str, bool]) -> Message:
    return replace(message, snippet=beginning_without_private(message.snippet, rules, known=_names([message])))


def _names(messages: Iterable[Message]) -> frozenset[str]:
    """Return the names of those who wrote these messages or got them."""
    people = (address for each in messages for address in (*each.authors, *each.to, *each.cc))
    return frozenset(address.name or address.email.partition("@")[0] for address in people)


def by_itself(message: Message, words: str = "") -> Message:
    """Return a message with nothing of its conversation; `words` are its own first ones."""
    return replace(message, snippet=words, labels=frozenset(), references=())
