"""Another implementation of Graph as a whole: who signs people in there, and the mailbox. Nothing of it is ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from app.settings import Settings
from tests.people import ORIGIN, practice_settings
from tests.providers.graph.plain import PlainGraph
from tests.providers.graph.plain_authority import AUTHORITY, CLIENT, SECRET, PlainAuthority

GRAPH = "http://plain.localhost:8099"
# Each address by its own name, under paths that are not Entra's.
NAMED = {
    "microsoft_auth_url": f"{AUTHORITY}/signin/authorize",
    "microsoft_token_url": f"{AUTHORITY}/api/token",
    "microsoft_jwks_url": f"{AUTHORITY}/published/keys",
    "microsoft_issuer": AUTHORITY,
}


def settings_elsewhere(data_dir: Path, **more: object) -> Settings:
    """Return settings with every address of Microsoft's elsewhere; Google's are the practice server's."""
    return practice_settings(
        data_dir,
        **{
            "microsoft_authority": AUTHORITY,
            "microsoft_signin_authority": AUTHORITY,
            "microsoft_client_id": CLIENT,
            "microsoft_client_secret": SECRET,
            "microsoft_signin_client_id": CLIENT,
            "microsoft_signin_client_secret": SECRET,
            "graph_api_url": f"{GRAPH}/v1.0",
        }
        | more,
    )


@dataclass
class Elsewhere:
    """Alice's mailbox there, with a client's letter; `hosts` are all that anything was asked of."""

    authority: PlainAuthority = field(default_factory=PlainAuthority)
    graph: PlainGraph = field(default_factory=PlainGraph)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Have a client write."""
        self.graph.put("msg_march")

    @asynccontextmanager
    async def client(self, sandbox: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
        """Give a client that reaches this and the practice server, nothing else, and notes whom it is sent to."""
        mounts = {
            AUTHORITY: httpx2.MockTransport(self.authority),
            GRAPH: httpx2.MockTransport(self._at_graph),
            ORIGIN: httpx2.ASGITransport(make_app(sandbox)),
        }
        nobody = httpx2.MockTransport(lambda request: httpx2.Response(421))
        hooks = {"request": [self._note]}
        async with httpx2.AsyncClient(transport=nobody, mounts=mounts, event_hooks=hooks) as client:
            yield client

    def alone(self, sandbox: Sandbox) -> bool:
        """Say whether nobody but this implementation was asked for anything."""
        return self.hosts <= {AUTHORITY, GRAPH} and not sandbox.ledger.entries

    async def _note(self, request: httpx2.Request) -> None:
        self.hosts.add(f"{request.url.scheme}://{request.url.netloc.decode()}")

    def _at_graph(self, request: httpx2.Request) -> httpx2.Response:
        if not self.authority.takes(request):
            return httpx2.Response(401, json={"error": {"code": "InvalidAuthenticationToken", "message": "No."}})
        return self.graph(request)


async def at_authority(client: httpx2.AsyncClient, url: str) -> str:
    """Go to the page that signs people in; return the path and query with which the browser is sent back to us."""
    assert url.startswith(f"{AUTHORITY}/"), url
    back = await client.get(url)
    assert back.status_code == 303, back.text
    target = urlsplit(back.headers["location"])
    assert f"{target.scheme}://{target.netloc}" == "http://localhost:8025"
    return f"{target.path}?{target.query}"
