"""Sending: 202 and nothing else, ever. The sent copy lies in Sent Items under the draft's immutable id, maybe later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app import clock
from app.sandbox.addresses import is_plausible
from app.sandbox.delivery import hand_over
from app.sandbox.graph.call import EMPTY, Call
from app.sandbox.graph.compose import letter_of
from app.sandbox.graph.content import Content, Recipient
from app.sandbox.graph.drafting import content_from
from app.sandbox.graph.item import Item
from app.sandbox.graph.refusals import Refusal, bad_body, no_recipients, not_found, send_as_denied
from app.sandbox.graph.writing import message_of, object_of
from app.sandbox.sandbox import Left, Sandbox
from app.sandbox.wire import Answer

MOST_EACH_MINUTE = 30
MOST_RECIPIENTS = 10_000  # a day
MOST_AT_ONCE = 500


def send_draft(call: Call) -> Answer:
    """POST /me/messages/{id}/send: without a body. A message that is no draft is said not to be there (reported)."""
    item = call.item()
    if item.draft is None:
        raise not_found()
    return accepted(call, item)


def send_mail(call: Call) -> Answer:
    """POST /me/sendMail: no draft, no id, and the same again if it is repeated."""
    given = object_of(call.body(), "microsoft.graph.sendMail", ("message", "saveToSentItems"))
    if not isinstance(given.get("message"), dict):
        raise bad_body("The parameter 'Message' is missing.")
    written = message_of(given["message"])
    item = call.mailbox.new_draft(content_from(written), message_id=written.get("internetMessageId", ""))
    item.properties |= written.get("singleValueExtendedProperties", {})
    item.categories = written.get("categories", ())
    answer = sent_at_once(call, item)
    if given.get("saveToSentItems") is False:
        call.mailbox.remove(item)
    return answer


def accepted(call: Call, item: Item) -> Answer:
    """Send a draft: file the sent copy, then deliver to every mailbox here; the others are noted as left."""
    recipients = check_sendable(call, item.draft or Content())
    letter, before = letter_to_keep(call, item), item.folder
    lag = timedelta(seconds=call.sandbox.modes.sent_lag)
    call.mailbox.file_sent(item, letter, shown_from=clock.now() + lag)
    n = len(call.sandbox.ledger.entries) + 1  # the number this call is about to get
    call.sandbox.left.append(Left(n, clock.now(), call.mailbox.address, item.immutable, recipients))
    hand_over(call.sandbox, letter, recipients, sender=call.mailbox.address)
    call.did("send", item, added=(item.folder.word,), removed=(before.word,))
    return EMPTY


def sent_at_once(call: Call, item: Item) -> Answer:
    """Send what was written for this call alone; if it is refused, nothing of it stays."""
    try:
        return accepted(call, item)
    except Refusal:
        call.mailbox.remove(item)
        raise


def letter_to_keep(call: Call, item: Item) -> bytes:
    """Return the letter of a draft as it is kept among the sent ones."""
    content = item.draft or Content()
    author = content.author or Recipient(call.account.email, call.account.name)
    if author.email.casefold() == call.account.email.casefold():
        author = replace(author, name=call.account.name)
    whole = replace(content, importance=item.importance)
    return letter_of(whole, author=author, message_id=item.message_id, at=clock.now())


def check_sendable(call: Call, content: Content) -> tuple[str, ...]:
    """Return whom a message goes to; raise Graph's refusals for no recipient, a foreign From, and past the limits."""
    emails = [one.email for one in (*content.to, *content.cc, *content.bcc)]
    if not emails or not all(is_plausible(email) for email in emails):
        raise no_recipients()
    for one in (content.author, content.sender):
        if one is not None and not call.mailbox.may_send_as(one.email):
            raise send_as_denied()
    recipients = tuple(dict.fromkeys(email.casefold() for email in emails))
    if len(recipients) > MOST_AT_ONCE:
        raise Refusal(400, "ErrorTooManyRecipients", "The message exceeds the maximum number of recipients.")
    if call.sandbox.modes.sending_limits:
        _check_limits(call.sandbox, call.mailbox.address, len(recipients))
    return recipients


def _check_limits(sandbox: Sandbox, address: str, more: int) -> None:
    now = clock.now()
    own = [left for left in sandbox.left if left.mailbox == address]
    if sum(left.at > now - timedelta(minutes=1) for left in own) >= MOST_EACH_MINUTE:
        text = (
            "The message can't be submitted because the sending mailbox has exceeded its rate of 30 messages a minute."
        )
        raise Refusal(429, "ErrorMessageSubmissionBlocked", text, headers=(("retry-after", "60"),))
    reached = sum(len(left.recipients) for left in own if left.at > now - timedelta(days=1))
    if reached + more > MOST_RECIPIENTS:
        raise Refusal(429, "ErrorExceededMessageLimit", "The recipient rate limit of the mailbox has been exceeded.")
