"""Graph's JSON into our own types, at once and without trust: every field may be missing, doubled or hostile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.providers.addresses import parse_addresses
from app.providers.base import Address, Attachment, Folder, Message, SendAs
from app.providers.characters import clean_line, decode_words, file_name
from app.providers.fields import FAR_AHEAD, LONG_AGO, dicts, inner, positive, word
from app.providers.graph.queries import IN_REPLY_TO_PROPERTY, PRIVATE_PROPERTY, REFERENCES_PROPERTY
from app.providers.headers import PRIVATE_HEADER, Headers, is_report, message_id_in, notice_mark_in, references_in

MOST_ADDRESSES = 500
MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)
SMTP = "smtp:"  # SMTP: is the first of them, smtp: are the others
FILE = "#microsoft.graph.fileAttachment"
HUNG_ON_MAIL = "#microsoft.graph.itemAttachment"


def message_of(resource: Mapping[str, Any], folder: Folder) -> Message:
    """Return the message of a Graph resource that lies in `folder`."""
    headers = Headers(resource.get("internetMessageHeaders"))
    private = headers.all(PRIVATE_HEADER)
    references = property_of(resource, REFERENCES_PROPERTY) or headers.first("References")
    answered = property_of(resource, IN_REPLY_TO_PROPERTY) or headers.first("In-Reply-To")
    return Message(
        id=word(resource, "id"),
        thread_id=word(resource, "conversationId"),
        folder=folder,
        date=_date(resource),
        authors=_authors(resource, headers),
        to=_people(resource, "toRecipients"),
        cc=_people(resource, "ccRecipients"),
        bcc=_people(resource, "bccRecipients"),
        reply_to=_people(resource, "replyTo"),
        subject=clean_line(decode_words(word(resource, "subject")), 1000),
        snippet=clean_line(word(resource, "bodyPreview"), 300),
        unread=resource.get("isRead") is False,
        labels=frozenset(categories_of(resource)),
        message_id=message_id_in(word(resource, "internetMessageId")),
        references=references_in(references, answered),
        private_id=private_id_of(resource) or (clean_line(private[0], 300) if len(private) == 1 else ""),
        notice_mark=notice_mark_in(headers),
        place=word(resource, "parentFolderId"),
        labels_in_order=tuple(categories_of(resource)),
        report=is_report(headers),
    )


def is_draft(resource: Mapping[str, Any]) -> bool:
    """Say whether a resource is unsent."""
    return resource.get("isDraft") is True


def revision_of(resource: Mapping[str, Any]) -> str:
    """Return what changes with every edit of a message."""
    return word(resource, "changeKey") or etag_of(resource) or word(resource, "lastModifiedDateTime")


def etag_of(resource: Mapping[str, Any]) -> str:
    """Return the mark by which a change can be refused, empty where Graph gave none that can stand in a header."""
    etag = word(resource, "@odata.etag")
    return etag if etag.isascii() and etag.isprintable() else ""


def categories_of(resource: Mapping[str, Any]) -> list[str]:
    """Return the categories on a message, in their order."""
    given = resource.get("categories")
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) else []


def private_id_of(resource: Mapping[str, Any]) -> str:
    """Return the value of our own property, which no letter from outside can bring along."""
    return property_of(resource, PRIVATE_PROPERTY)


def property_of(resource: Mapping[str, Any], property_id: str) -> str:
    """Return the value of an extended property; Exchange writes its id in other letters than it was asked for."""
    held = dicts(resource.get("singleValueExtendedProperties"))
    return next((word(each, "value") for each in held if word(each, "id").casefold() == property_id.casefold()), "")


def attachment_of(resource: Mapping[str, Any], place: int) -> Attachment:
    """Return an attachment; its id is its place, since Graph's own changes and holds slashes."""
    given = word(resource, "contentType").strip().lower()
    media_type = "message/rfc822" if word(resource, "@odata.type") == HUNG_ON_MAIL else given
    return Attachment(
        id=str(place),
        name=file_name(decode_words(word(resource, "name"))),
        media_type=media_type if MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream",
        size=positive(resource.get("size")),
    )


def send_as_of(person: Mapping[str, Any]) -> tuple[SendAs, ...]:
    """Return the addresses of a person's mailbox: her own, then those that Exchange delivers to it too."""
    own, name = address_of(person), clean_line(word(person, "displayName"), 200)
    given = person.get("proxyAddresses")
    written = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    others = [each[len(SMTP) :].strip() for each in written if each.casefold().startswith(SMTP)]
    found = {each.casefold(): SendAs(email=each, name=name, verified=True) for each in others if "@" in each}
    if own:
        found = {own.casefold(): SendAs(email=own, name=name, verified=True, default=True)} | (
            {key: each for key, each in found.items() if key != own.casefold()}
        )
    return tuple(found.values())


def address_of(person: Mapping[str, Any]) -> str:
    """Return a mailbox's own address; personal accounts have no `mail`."""
    return word(person, "mail").strip() or word(person, "userPrincipalName").strip()


def _authors(resource: Mapping[str, Any], headers: Headers) -> tuple[Address, ...]:
    """Return every author: Graph's one, and those of the header, where a forged letter has several."""
    given = _person(inner(resource, "from")) or _person(inner(resource, "sender"))
    found = {each.email.casefold(): each for each in (*parse_addresses(headers.all("From")), *given)}
    first = {each.email.casefold(): each for each in given}
    return tuple((first | found).values())


def _people(resource: Mapping[str, Any], name: str) -> tuple[Address, ...]:
    found = [each for one in dicts(resource.get(name))[:MOST_ADDRESSES] for each in _person(one)]
    return tuple(found)


def _person(recipient: Mapping[str, Any]) -> tuple[Address, ...]:
    """Return the address of a recipient: none, or one; what is no plain address is left out."""
    given = inner(recipient, "emailAddress")
    name = clean_line(decode_words(word(given, "name")), 200)
    found = parse_addresses([word(given, "address")])
    return tuple(Address(email=each.email, name=name if name != each.email else "") for each in found[:1])


def _date(resource: Mapping[str, Any]) -> datetime:
    """Return when the mailbox got the message, else when it was sent or made, else long ago."""
    for name in ("receivedDateTime", "sentDateTime", "createdDateTime"):
        try:
            found = datetime.fromisoformat(word(resource, name))
        except ValueError:
            continue
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if LONG_AGO < found < FAR_AHEAD:
            return found
    return LONG_AGO
