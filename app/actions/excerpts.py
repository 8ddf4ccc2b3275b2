"""What of a letter's words an assistant is shown: nothing that it quotes of a private one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.access.markup import words_of
from app.access.quotations import without_quotes
from app.access.visibility import PrivateRules, beginning_without_private, without_private
from app.actions.known import private_rules
from app.actions.resources import Resources
from app.actions.seeing import by_itself
from app.models.mailbox import Mailbox
from app.providers.base import Content, Message

MOST_SNIPPET = 200  # characters, about what a provider gives as the first words


async def shown(resources: Resources, mailbox: Mailbox, text: str, beside: Iterable[Message] = ()) -> str:
    """Return what of a letter's words an assistant is shown: nothing that is quoted of a private letter.

    `beside` are the messages of its conversation, whose people may be quoted by their names alone.
    """
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        rules = (await private_rules(session, mailbox.id)).senders
    return without_private(text, rules, known=_names(beside))


def beginnings_shown(messages: Sequence[Message], rules: PrivateRules, alone: Collection[str] = ()) -> list[Message]:
    """Return messages with their first words as an assistant is shown them.

    `alone` are the ids of those of which nothing but their own words is shown: first words may be a quotation already,
    and labels belong to the conversation.
    """
    return [by_itself(each) if each.id in alone else _with_beginning(each, rules.senders) for each in messages]


def _with_beginning(message: Message, rules: Mapping[str, bool]) -> Message:
    known = _names([message]) if any(rules.values()) else ()  # else nobody asks who is quoted
    words = beginning_without_private(message.snippet, rules, known=known)
    return message if words == message.snippet else replace(message, snippet=words)


def _names(messages: Iterable[Message]) -> frozenset[str]:
    """Return the names of those who wrote these messages or got them."""
    people = (address for each in messages for address in (*each.authors, *each.to, *each.cc))
    return frozenset(address.name or address.email.partition("@")[0] for address in people)


def letter_shown(content: Content, rules: PrivateRules, beside: Sequence[Message], *, alone: bool) -> Content:
    """Return a letter without what it quotes of a private one, without its HTML where that quotes one too.

    One that is shown alone shows its own words and nothing else: no quotation, no HTML, no file.
    """
    if alone:
        words = without_quotes(content.text)
        message = by_itself(content.message, words[:MOST_SNIPPET])
        return replace(content, message=message, text=words, html="", attachments=())
    known = _names(beside)
    text = without_private(content.text, rules.senders, known=known)
    whole = text == content.text and _quotes_nobody_private(content.html, rules.senders, known)
    (message,) = beginnings_shown([content.message], rules)
    return replace(content, message=message, text=text, html=content.html if whole else "")


def _quotes_nobody_private(html: str, rules: Mapping[str, bool], known: Collection[str]) -> bool:
    """Say whether HTML can be shown as a whole: its words are judged as plain text is, and its links for addresses."""
    words = words_of(html)
    return without_private(words, rules, known=known) == words and without_private(html, rules, known=None) == html
