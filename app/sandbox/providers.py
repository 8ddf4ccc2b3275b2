"""The providers that are practised here, by the paths they answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.sandbox.entra import router as entra
from app.sandbox.faults import Kind
from app.sandbox.gmail import router as gmail
from app.sandbox.gmail.refusals import too_many_requests, unavailable
from app.sandbox.google import router as google
from app.sandbox.graph import router as graph
from app.sandbox.ledger import Seen
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, json_answer


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, or a part of it: `identify` names a call without doing it, `answer` does it."""

    name: str
    prefixes: tuple[str, ...]
    identify: Callable[[Sandbox, Request], Seen]
    answer: Callable[[Sandbox, Request], tuple[Answer, Seen]]
    busy: Callable[[Kind, float], Answer]
    broken: Callable[[], Answer]
    most_at_once: int = 0  # calls under way at one mailbox; 0 for any number
    crowded: Callable[[], Answer] | None = None


def _google_busy(kind: Kind, seconds: float) -> Answer:
    if kind is Kind.STATUS_503:
        return unavailable().answer()
    return too_many_requests((("retry-after", str(max(1, round(seconds)))),)).answer()


def _google_broken() -> Answer:
    return json_answer({"error": {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}}, 500)


PROVIDERS = (
    Provider(
        "gmail",
        ("/gmail/", "/upload/gmail/", "/resumable/upload/gmail/", "/batch"),
        gmail.identify,
        gmail.answer,
        _google_busy,
        _google_broken,
    ),
    Provider("gmail", ("/google/",), google.identify, google.answer, _google_busy, _google_broken),
    Provider("graph", ("/entra/",), entra.identify, entra.answer, entra.busy, entra.broken),
    Provider(
        "graph",
        ("/v1.0/",),
        graph.identify,
        graph.answer,
        graph.busy,
        graph.broken,
        graph.MOST_AT_ONCE,
        graph.crowded,
    ),
)


def provider_of(path: str) -> Provider | None:
    """Return the provider that answers a raw path."""
    return next((one for one in PROVIDERS if path.startswith(one.prefixes)), None)
