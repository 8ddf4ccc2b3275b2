"""A draft as a letter (RFC 5322), the way it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from app.sandbox.dates import write_date
from app.sandbox.graph.bodies import as_text
from app.sandbox.graph.content import Attachment, Content, Recipient
from app.sandbox.headers import Field
from app.sandbox.parameters import mime_type_of
from app.sandbox.rewriting import address_text, with_above, words_text


def letter_of(content: Content, *, author: Recipient, message_id: str, at: datetime) -> bytes:
    """Return the letter of a draft, Bcc and all; HTML has its plain text beside it, as Exchange sends it."""
    fields = [
        ("From", address_text(author.name, author.email)),
        *_addressed("To", content.to),
        *_addressed("Cc", content.cc),
        *_addressed("Bcc", content.bcc),
        *_addressed("Reply-To", content.reply_to),
        ("Subject", words_text(content.subject)),
        ("Date", write_date(at)),
        ("Message-ID", message_id),
        *([("In-Reply-To", content.answers)] if content.answers else []),
        *([("References", " ".join(content.references))] if content.references else []),
        *([("Importance", content.importance)] if content.importance != "normal" else []),
        *(field for field in content.headers if field[0].casefold().startswith("x-")),
    ]
    return with_above(_body(content), fields)


def _addressed(name: str, people: Iterable[Recipient]) -> list[Field]:
    shown = ", ".join(address_text(one.name if one.name != one.email else "", one.email) for one in people)
    return [(name, shown)] if shown else []


def _body(content: Content) -> bytes:
    made = EmailMessage(policy=SMTP)
    made.set_content(_clean(as_text(content.kind, content.body)))
    if content.kind == "html":
        made.add_alternative(_clean(content.body), subtype="html")
    for attachment in content.attachments:
        _attach(made, attachment)
    return made.as_bytes()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _attach(made: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = mime_type_of(attachment.type).partition("/")
    if main in {"multipart", "message"}:
        main, sub = "application", "octet-stream"
    named = _clean(attachment.name).replace("\r", " ").replace("\n", " ")
    content_id = f"<{attachment.content_id}>" if attachment.content_id else None
    how = "inline" if attachment.inline else "attachment"
    made.add_attachment(attachment.data, main, sub, filename=named, cid=content_id, disposition=how)
