"""Google's client library as a builder of requests and a reader of answers; it never sends anything itself.

Left to itself it re-sends a POST whose answer was lost (2 to 6 letters were measured) and hangs when tasks share it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.errors import CallNotAllowed


class NoNetwork:
    """Stands where the library keeps its HTTP object, and refuses to be used."""

    def request(self, *_: object, **__: object) -> None:
        """Raise, because requests leave through the transport alone."""
        raise CallNotAllowed(detail="a request that does not go through the transport")


@dataclass(frozen=True, slots=True)
class Builder:
    """The library's resources, made once: making them again costs 50 times what a request costs."""

    users: Any
    messages: Any
    attachments: Any
    threads: Any
    labels: Any
    drafts: Any
    send_as: Any
    upload: Callable[[bytes], Any]


@lru_cache(maxsize=8)
def builder(api_url: str) -> Builder:
    """Return the builder of requests to the Gmail below `api_url`, a slash at its end."""
    # Lazily: 22 MB and a third of a second, which a process that never meets Gmail does not pay.
    from googleapiclient.discovery import build_from_document  # noqa: PLC0415
    from googleapiclient.discovery_cache import get_static_doc  # noqa: PLC0415
    from googleapiclient.http import MediaInMemoryUpload  # noqa: PLC0415

    document = json.loads(get_static_doc("gmail", "v1"))  # the copy in the package: nothing is fetched
    document["rootUrl"] = api_url  # moves /upload too, which the library's own option for it does not
    document.pop("mtlsRootUrl", None)
    users = build_from_document(document, http=NoNetwork()).users()
    messages = users.messages()
    return Builder(
        users=users,
        messages=messages,
        attachments=messages.attachments(),
        threads=users.threads(),
        labels=users.labels(),
        drafts=users.drafts(),
        send_as=users.settings().sendAs(),
        upload=lambda raw: MediaInMemoryUpload(raw, mimetype="message/rfc822"),
    )
