"""At which provider the story is told: what it is called there, and who owns the mailbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.cli.practice import GRAPH_OWNER, OWNER, Loaded, filled, filled_graph
from app.sandbox.sandbox import Sandbox

Fill = Callable[[Sandbox, Path | None, Callable[[str], str]], Awaitable[Loaded]]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One provider of the story; `name` is the ledger's, `way` that of our pages, `send` the raw path of a sending."""

    name: Literal["gmail", "graph"]
    way: Literal["google", "microsoft"]
    product: str
    company: str
    owner: tuple[str, str]
    send: str
    fill: Fill


async def _gmail(sandbox: Sandbox, mail: Path | None, translate: Callable[[str], str]) -> Loaded:
    return await filled(sandbox, mail, translate=translate)


async def _graph(sandbox: Sandbox, _mail: Path | None, translate: Callable[[str], str]) -> Loaded:
    # Somebody's own mail is read once: it may be large, and the story is the same.
    return await filled_graph(sandbox, None, translate=translate)


GMAIL = Stage(
    name="gmail", way="google", product="Gmail", company="Google", owner=OWNER, send="*/drafts/send", fill=_gmail
)
GRAPH = Stage(
    name="graph", way="microsoft", product="Outlook", company="Microsoft", owner=GRAPH_OWNER,
    send="*/messages/*/send", fill=_graph,
)  # fmt: skip
