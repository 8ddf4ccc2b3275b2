"""Which adapter speaks for a mailbox."""

from __future__ import annotations

from app.child import Child
from app.errors import Unsupported
from app.providers.calling import TokenSource
from app.providers.gmail.mailbox import Gmail
from app.providers.graph.mailbox import Graph
from app.providers.protocol import Provider
from app.providers.transport import Transport
from app.settings import Settings


def open_provider(
    name: str, *, transport: Transport, tokens: TokenSource, settings: Settings, key: str, reader: Child
) -> Provider:
    """Open a mailbox by its provider's name; nothing is called yet. `key` is what the transport limits by."""
    if name == "gmail":
        return Gmail(transport, tokens, mailbox=key, api_url=settings.gmail_api_url, reader=reader)
    if name == "graph":
        return Graph(transport, tokens, mailbox=key, api_url=settings.graph_api_url, reader=reader)
    raise Unsupported(detail=name)
