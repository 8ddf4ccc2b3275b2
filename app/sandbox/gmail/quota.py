"""What calls cost (Gmail API, "Usage limits", since May 2026), and the limit where the mode `quota` is on."""

from __future__ import annotations

from app import clock
from app.sandbox.gmail.refusals import out_of_quota
from app.sandbox.modes import Units
from app.sandbox.sandbox import Sandbox

PER_MINUTE = 6_000
USUAL = 5
COSTS = {
    "getProfile": 1,
    "watch": 100,
    "stop": 50,
    "drafts.create": 10,
    "drafts.update": 15,
    "drafts.delete": 10,
    "drafts.send": 100,
    "messages.send": 100,
    "messages.batchModify": 50,
    "messages.batchDelete": 50,
    "messages.delete": 10,
    "messages.get": 20,
    "messages.insert": 25,
    "messages.import": 25,
    "threads.get": 40,
    "threads.list": 10,
    "threads.modify": 10,
    "threads.trash": 10,
    "threads.untrash": 10,
    "threads.delete": 20,
    "labels.list": 1,
    "labels.get": 1,
    "history.list": 2,
    "settings.sendAs.list": 1,
}


def cost(operation: str) -> int:
    """Return the units of an operation, named as in the discovery document."""
    return COSTS.get(operation.removeprefix("gmail.users."), USUAL)


def charge(sandbox: Sandbox, mailbox: str, operation: str) -> None:
    """Count a call; with the mode `quota` on, raise Google's 403 for what goes beyond a minute's units."""
    units = sandbox.units.setdefault(mailbox, Units())
    now, price = clock.now().timestamp(), cost(operation)
    if now - units.since >= 60:
        units.since, units.in_minute = now, 0
    if sandbox.modes.quota and units.in_minute + price > PER_MINUTE:
        raise out_of_quota()
    units.in_minute += price
    units.total += price
    units.calls[operation] = units.calls.get(operation, 0) + 1
