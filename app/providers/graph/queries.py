"""How Graph is asked for messages: what of each, which, and how a list goes on."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urljoin

from app.errors import InvalidMessage, ProviderError
from app.providers.allowed import plain
from app.providers.base import Listing
from app.providers.fields import word
from app.providers.graph.builder import Request

# Our own property, by a name that nobody else uses: it stays on the message from draft to sent copy, whatever its ids
# do (learn.microsoft.com/graph/api/resources/extended-properties-overview).
PRIVATE_PROPERTY = "String {5c1dd9a1-26cb-4d3e-9a3a-0d1f7f5c6e0b} Name DeskhandId"
# Exchange turns a property of this set into a header of the letter that leaves (MS-OXPROPS, PS_INTERNET_HEADERS).
HEADER_PROPERTY = "String {00020386-0000-0000-c000-000000000046} Name x-deskhand-id"
REFERENCES_PROPERTY, IN_REPLY_TO_PROPERTY = "String 0x1039", "String 0x1042"  # MS-OXPROPS: of drafts too
PROPERTIES = (PRIVATE_PROPERTY, REFERENCES_PROPERTY, IN_REPLY_TO_PROPERTY)

HEAD = (
    *("id", "conversationId", "parentFolderId", "changeKey", "isDraft", "isRead", "categories", "subject"),
    *("bodyPreview", "from", "sender", "toRecipients", "ccRecipients", "bccRecipients", "replyTo"),
    *("receivedDateTime", "sentDateTime", "createdDateTime", "lastModifiedDateTime"),
    *("internetMessageId", "internetMessageHeaders"),
)
WHOLE = (*HEAD, "body", "hasAttachments")
ANY_OF_THEM = " or ".join(f"id eq '{each}'" for each in PROPERTIES)
EXPANDED = f"singleValueExtendedProperties($filter={ANY_OF_THEM})"
MOST_IN_A_PAGE = 1000  # learn.microsoft.com/graph/api/user-list-messages
BEFORE_ALL_MAIL = "1970-01-01T00:00:00Z"
_LONGEST_NUMBER = 5
GOES_ON_BY = frozenset({"$skip", "$skiptoken"})

Query = dict[str, Any]


def of_one(fields: tuple[str, ...] = HEAD) -> Query:
    """Return what is asked of one message."""
    return {"$select": list(fields), "$expand": [EXPANDED]}


def of_many(size: int, *, only: str = "", newest_first: bool = False) -> Query:
    """Return what is asked of a list. A filtered list can be sorted by what stands first in its filter alone
    (400 InefficientFilter), so a sorted one begins with a date before all mail."""
    query = of_one() | {"$top": min(max(size, 1), MOST_IN_A_PAGE)}
    if newest_first:
        query["$orderby"] = ["receivedDateTime desc"]
        only = f"receivedDateTime ge {BEFORE_ALL_MAIL} and {only}" if only else ""
    return query | ({"$filter": only} if only else {})


def of_search(size: int, words: Sequence[str]) -> Query:
    """Return how words are looked for: Graph takes no filter and no order beside a search (400), and sorts by itself.

    learn.microsoft.com/graph/search-query-parameter: all of what is typed stands between quotation marks.
    """
    return of_one() | {"$top": min(max(size, 1), MOST_IN_A_PAGE), "$search": f'"{" ".join(words)}"'}


def of_listing(listing: Listing, label: str) -> str:
    """Return the filter of a listing, empty without one; `label` is its label's name as it is spelt in the mailbox."""
    conditions = ["isRead eq false"] if listing.unread_only else []
    if label:
        conditions.append(f"categories/any(c:c eq {quoted(label)})")
    if listing.sender:
        conditions.append(f"from/emailAddress/address eq {quoted(listing.sender)}")
    return " and ".join(conditions)


def with_private_id(private_id: str) -> str:
    """Return the filter for what bears our property with that value."""
    named, valued = f"ep/id eq {quoted(PRIVATE_PROPERTY)}", f"ep/value eq {quoted(private_id)}"
    return f"singleValueExtendedProperties/Any(ep: {named} and {valued})"


def marked(private_id: str) -> Query:
    """Return the change that gives a draft our mark, and the letter that leaves a header with the same."""
    properties = (PRIVATE_PROPERTY, HEADER_PROPERTY)
    return {"singleValueExtendedProperties": [{"id": each, "value": private_id} for each in properties]}


def quoted(text: str) -> str:
    """Return a text as it stands in a filter (OData 4.01, 5.1.1.6.1: a quotation mark is written twice)."""
    return "'" + text.replace("'", "''") + "'"


def cursor_of(answer: Mapping[str, Any], request: Request) -> str:
    """Return where a list goes on: the query of its nextLink, which is followed as it is, but on our own address.

    Raises ProviderError for a link to anywhere else: it would take the owner's token there.
    """
    link = word(answer, "@odata.nextLink")
    if not link:
        return ""
    address, _, query = urljoin(request.url, link).partition("?")
    if plain(address) != plain(request.url):
        raise ProviderError(detail="its list goes on at another address")
    return _sealed(query)


def _sealed(query: str) -> str:
    return urlsafe_b64encode(query.encode()).decode().rstrip("=")


def within(cursor: str, request: Request, *, taken: int) -> str:
    """Return where a list goes on if so many of the part that `cursor` leads to are taken, and some are left.

    Graph's links say themselves how long a part is and are followed as they are, so a shorter one is cut off here. The
    first part, to which no link leads, is asked for as it was in `request`.
    """
    link, before = begun(cursor)
    return f"{link or _sealed(request.url.partition('?')[2])}.{before + taken}"


def begun(cursor: str) -> tuple[str, int]:
    """Return the cursor of a part of Graph's own, and how many of that part were taken already."""
    link, _, taken = cursor.partition(".")
    return link, int(taken) if taken.isdecimal() and taken.isascii() and len(taken) < _LONGEST_NUMBER else 0


def going_on(request: Request, cursor: str) -> str:
    """Return the address of a list's next part; raise InvalidMessage for a cursor that is of another list, or none.

    How long that part is stands in it; whoever asks may want fewer.
    """
    try:
        query = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        query = ""
    address, _, asked = request.url.partition("?")
    given, ours = dict(parse_qsl(query)), dict(parse_qsl(asked))
    further = {name for name in given.keys() - ours.keys() if name.startswith("$")}
    differs = any(given.get(name, value) != value for name, value in ours.items() if name != "$top")
    too_long = not re.fullmatch(r"[1-9]\d{0,2}|1000", given.get("$top", "1"), re.ASCII)
    begins = given.keys() == ours.keys()  # our own first part
    if not (further or begins) or further - GOES_ON_BY or differs or too_long or not query.isprintable():
        raise InvalidMessage(detail="this list cannot be gone on with; begin again")
    return f"{address}?{query}"
