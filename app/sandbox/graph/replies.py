"""createReply, createReplyAll, createForward, and the calls that send the same at once.

The comment is taken as HTML and set above the original under Outlook's block of From, Sent, To and Subject. A `body` in
the message takes the place of all of it, the quoted original too (unverified - check); both at once are 400.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

from app.sandbox.graph.bodies import as_html, inner_html
from app.sandbox.graph.call import Call
from app.sandbox.graph.content import Content, Recipient
from app.sandbox.graph.drafting import written_into
from app.sandbox.graph.item import Item
from app.sandbox.graph.messages import apply_marks, shown
from app.sandbox.graph.refusals import Refusal
from app.sandbox.graph.sending import sent_at_once
from app.sandbox.graph.writing import message_of, object_of
from app.sandbox.threading import message_ids_in
from app.sandbox.wire import Answer

Json = dict[str, Any]
_PREFIX = re.compile(r"\s*\w{1,3}:\s*", re.UNICODE)  # Exchange takes any word of up to three letters for one
_RULE = '<hr tabindex="-1" style="display:inline-block; width:98%">'
_FONT = '<font face="Calibri, sans-serif" color="#000000" style="font-size:11pt">'


def create_reply(call: Call) -> Answer:
    """POST /me/messages/{id}/createReply: 201 with the draft."""
    return _created(call, _reply(call, everybody=False))


def create_reply_all(call: Call) -> Answer:
    """POST /me/messages/{id}/createReplyAll."""
    return _created(call, _reply(call, everybody=True))


def create_forward(call: Call) -> Answer:
    """POST /me/messages/{id}/createForward."""
    return _created(call, _forward(call))


def reply(call: Call) -> Answer:
    """POST /me/messages/{id}/reply: sends at once; twice is two letters."""
    return sent_at_once(call, _reply(call, everybody=False))


def reply_all(call: Call) -> Answer:
    """POST /me/messages/{id}/replyAll."""
    return sent_at_once(call, _reply(call, everybody=True))


def forward(call: Call) -> Answer:
    """POST /me/messages/{id}/forward."""
    return sent_at_once(call, _forward(call))


def _created(call: Call, item: Item) -> Answer:
    call.did("draft", item)
    return shown(call, item, 201)


def _reply(call: Call, *, everybody: bool) -> Item:
    original = call.item()
    said = call.mailbox.content(original)
    back = said.reply_to or ((said.author,) if said.author else ())
    made = Content(subject=_subject("RE", said.subject), to=back)
    if everybody:
        made.to = _without_us(call, (*back, *said.to)) or back
        made.cc = _without_us(call, said.cc)
    made.attachments = [one for one in said.attachments if one.inline]
    return _drafted(call, original, said, made)


def _forward(call: Call) -> Item:
    original = call.item()
    said = call.mailbox.content(original)
    made = Content(subject=_subject("FW", said.subject), attachments=list(said.attachments))
    return _drafted(call, original, said, made)


def _drafted(call: Call, original: Item, said: Content, made: Content) -> Item:
    known = ("comment", "message", "toRecipients")
    given = object_of(call.body(), "microsoft.graph.createReply", known)
    written = message_of(given.get("message") or {})
    if given.get("toRecipients"):
        written = message_of({"toRecipients": given["toRecipients"]}) | written
    comment = given.get("comment") or ""
    if comment and "body" in written:
        text = "Comment and body of the message can't be specified at the same time."
        raise Refusal(400, "ErrorInvalidArgument", text)
    ours = Recipient(call.account.email, call.account.name)
    before = message_ids_in(dict(said.headers).get("References", "")) or said.references
    named = (original.message_id,) if original.message_id else ()
    made = replace(made, author=ours, sender=ours, kind="html", body=_quoting(str(comment), original, said))
    made = replace(made, references=(*before, *named), answers=original.message_id)
    item = call.mailbox.new_draft(written_into(made, written), answers=original)
    apply_marks(item, written)
    return item


def _subject(prefix: str, subject: str) -> str:
    found = _PREFIX.match(subject)
    return f"{prefix}: {subject[found.end() :] if found else subject}"


def _without_us(call: Call, people: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    once = {one.email.casefold(): one for one in reversed(people) if not call.mailbox.may_send_as(one.email)}
    return tuple(reversed(once.values()))


def _quoting(comment: str, original: Item, said: Content) -> str:
    lines = [("From:", _shown((said.author,) if said.author else ()))]
    lines += [("Sent:", f"{said.sent or original.received:%A, %B %-d, %Y %-I:%M:%S %p}"), ("To:", _shown(said.to))]
    lines += [("Cc:", _shown(said.cc))] if said.cc else []
    lines += [("Subject:", html.escape(said.subject, quote=False))]
    block = "<br>\r\n".join(f"<b>{name}</b> {value}" for name, value in lines)
    head = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'
    header = f'<div id="divRplyFwdMsg" dir="ltr">{_FONT}{block}</font><div>&nbsp;</div></div>'
    return f"{head}{comment}\r\n{_RULE}{header}\r\n{inner_html(as_html(said.kind, said.body))}</body></html>"


def _shown(people: tuple[Recipient, ...]) -> str:
    return "; ".join(html.escape(f"{one.shown} <{one.email}>", quote=False) for one in people)
