"""From one practice mailbox into the others: a letter that leaves arrives wherever somebody here has its address."""

from __future__ import annotations

from collections.abc import Iterable

from app.sandbox.gmail import arriving as gmail
from app.sandbox.graph import arriving as graph
from app.sandbox.rewriting import without
from app.sandbox.sandbox import Sandbox


def hand_over(sandbox: Sandbox, letter: bytes, recipients: Iterable[str], *, sender: str, own: object = None) -> None:
    """Deliver a letter to every mailbox here but `own`; only the sent copy says who got a blind one."""
    copy = without(letter, "Bcc")
    for address in recipients:
        arrived(sandbox, address, copy, envelope_from=sender, own=own)


def arrived(
    sandbox: Sandbox,
    address: str,
    letter: bytes,
    *,
    envelope_from: str = "",
    result: str = "pass",
    own: object = None,
) -> list[str]:
    """Deliver a letter to the mailboxes of an address, but not to `own`; return the ids it has there.

    `result` is what SPF, DKIM and DMARC are said to have found: pass, fail or none. At Outlook the id is immutable.
    """
    at_gmail, at_graph = sandbox.receiving(address), sandbox.graph_receiving(address)
    ids = []
    if at_gmail is not None and at_gmail is not own:
        ids.append(gmail.deliver(at_gmail, letter, envelope_from=envelope_from, result=result).id)
    if at_graph is not None and at_graph is not own:
        ids.append(graph.deliver(at_graph, letter, envelope_from=envelope_from, result=result).immutable)
    return ids
