"""The tester's own addresses, all beginning with an underscore.

`GET /_accounts` lists the mailboxes, `PUT /_accounts` adds some: `[{"provider"?: gmail | graph, "email", "name"?,
"locale"?, "mailbox"?: true, "send_as"?: [{"email", "name"?, "verified"?, "default"?}]}]`. `GET /_ledger?since=n` ·
`PUT /_faults` · `PUT /_modes` (what is left out goes back to its default) ·
`POST /_deliver?mailbox=ADDRESS[&result=pass|fail|none]` with a letter · `POST /_clock` with `{"now"}` or
`{"advance_s"}` · `GET /_left?since=n`: letters that left, with their recipients · `GET /_quota`: units by mailbox ·
`POST /_consents?mailbox=ADDRESS[&cause=revoked|consent|idle|disabled]` ends a consent. Faults and modes can be read
with GET.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app import clock
from app.errors import AppError, NotFound
from app.sandbox.delivery import arrived
from app.sandbox.entra.grants import Cause
from app.sandbox.faults import Fault
from app.sandbox.gmail.mailbox import SendAs
from app.sandbox.modes import Modes
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request, json_answer


class AddressToAdd(BaseModel):
    """An address to send from."""

    model_config = ConfigDict(extra="forbid")
    email: str
    name: str = ""
    verified: bool = True
    default: bool = False


class AccountToAdd(BaseModel):
    """A person, and unless `mailbox` is false a mailbox."""

    model_config = ConfigDict(extra="forbid")
    provider: Literal["gmail", "graph"] = "gmail"
    email: str = Field(pattern=r"^[^\s@]+@[^\s@]+$")
    name: str = ""
    locale: str = "en"
    mailbox: bool = True
    send_as: list[AddressToAdd] = Field(default_factory=list)


class ClockMove(BaseModel):
    """Where the clock is to stand, or how many seconds it is to go on."""

    model_config = ConfigDict(extra="forbid")
    now: datetime | None = None
    advance_s: float | None = None


_ACCOUNTS = TypeAdapter(list[AccountToAdd])
_FAULTS = TypeAdapter(list[Fault])


class Misuse(Exception):
    """The tester asked for what cannot be."""


def list_accounts(sandbox: Sandbox, _request: Request) -> Any:
    """GET /_accounts."""
    at_gmail = [("gmail", box.address, sandbox.person_of(box).name) for box in sandbox.mailboxes.values()]
    accounts = sandbox.entra.accounts
    at_graph = [("graph", box.address, accounts[key].name) for key, box in sandbox.graph_mailboxes.items()]
    named = ("provider", "mailbox", "person")
    return [dict(zip(named, row, strict=True)) for row in (*at_gmail, *at_graph)]


def add_accounts(sandbox: Sandbox, request: Request) -> Any:
    """PUT /_accounts."""
    for account in _ACCOUNTS.validate_json(request.body):
        add = _add_graph if account.provider == "graph" else _add_gmail
        add(sandbox, account)
    return list_accounts(sandbox, request)


def _add_gmail(sandbox: Sandbox, account: AccountToAdd) -> None:
    person = sandbox.add_person(account.email, account.name, account.locale)
    if account.mailbox:
        sandbox.add_mailbox(
            person, [SendAs(one.email, one.name, one.verified, default=one.default) for one in account.send_as]
        )


def _add_graph(sandbox: Sandbox, account: AccountToAdd) -> None:
    person = sandbox.add_graph_person(account.email, account.name, account.locale)
    if account.mailbox:
        sandbox.add_graph_mailbox(person, [one.email for one in account.send_as])


def _since(request: Request) -> int:
    written = request.parameter("since", "0")
    if not written.isdecimal():
        raise Misuse("since must be a number")
    return int(written)


def show_ledger(sandbox: Sandbox, request: Request) -> Any:
    """GET /_ledger."""
    return [entry.resource() for entry in sandbox.ledger.since(_since(request))]


def show_left(sandbox: Sandbox, request: Request) -> Any:
    """GET /_left."""
    since = _since(request)
    return [one for one in sandbox.left if one.n > since]


def set_faults(sandbox: Sandbox, request: Request) -> Any:
    """PUT /_faults."""
    sandbox.faults.replace(_FAULTS.validate_json(request.body))
    return show_faults(sandbox, request)


def show_faults(sandbox: Sandbox, _request: Request) -> Any:
    """GET /_faults: with what is left of each."""
    return [fault.model_dump(mode="json") for fault in sandbox.faults.faults]


def set_modes(sandbox: Sandbox, request: Request) -> Any:
    """PUT /_modes."""
    sandbox.modes = Modes.model_validate_json(request.body)
    return show_modes(sandbox, request)


def show_modes(sandbox: Sandbox, _request: Request) -> Any:
    """GET /_modes."""
    return sandbox.modes.model_dump(mode="json")


def deliver_letter(sandbox: Sandbox, request: Request) -> Any:
    """POST /_deliver."""
    result = request.parameter("result", "pass")
    if result not in {"pass", "fail", "none"}:
        raise Misuse("result must be pass, fail or none")
    if not request.body.strip():
        raise Misuse("the body must be a letter (message/rfc822)")
    found = arrived(sandbox, request.parameter("mailbox"), request.body, result=result)
    if not found:
        raise NotFound
    return {"id": found[0]}


def end_consent(sandbox: Sandbox, request: Request) -> Any:
    """POST /_consents: at Google everything dies at once, at Microsoft access tokens live on."""
    email, cause = request.parameter("mailbox"), request.parameter("cause", Cause.REVOKED)
    if cause not in set(Cause):
        raise Misuse(f"cause must be one of {', '.join(Cause)}")
    if email.casefold() not in {*sandbox.people, *sandbox.entra.accounts}:
        raise NotFound
    sandbox.grants.end_all(email)
    sandbox.entra.grants.end_all(email, cause=Cause(cause))
    return {"mailbox": email, "cause": cause}


def move_clock(_sandbox: Sandbox, request: Request) -> Any:
    """POST /_clock: moves the clock of every process that shares the data folder."""
    wanted = ClockMove.model_validate_json(request.body)
    if (wanted.now is None) == (wanted.advance_s is None):
        raise Misuse("say either now or advance_s")
    if wanted.now is not None:
        target = wanted.now if wanted.now.tzinfo else wanted.now.replace(tzinfo=UTC)
        by = target - clock.now()
    else:
        by = timedelta(seconds=wanted.advance_s or 0)
    # Checked before it moves: a clock beyond all calendars could never be asked for the time again.
    if not 2000 <= (clock.now() + by).year <= 2200:
        raise Misuse("the practice clock goes from 2000 to 2200")
    try:
        clock.move(by)
    except RuntimeError as trouble:
        raise Misuse(str(trouble)) from None
    return {"now": clock.now().isoformat()}


def show_quota(sandbox: Sandbox, _request: Request) -> Any:
    """GET /_quota."""
    return {mailbox: {"total": units.total, "calls": units.calls} for mailbox, units in sandbox.units.items()}


CONTROLS: dict[tuple[str, str], Callable[[Sandbox, Request], Any]] = {
    ("GET", "/_accounts"): list_accounts,
    ("PUT", "/_accounts"): add_accounts,
    ("GET", "/_ledger"): show_ledger,
    ("GET", "/_left"): show_left,
    ("GET", "/_faults"): show_faults,
    ("PUT", "/_faults"): set_faults,
    ("GET", "/_modes"): show_modes,
    ("PUT", "/_modes"): set_modes,
    ("POST", "/_deliver"): deliver_letter,
    ("POST", "/_clock"): move_clock,
    ("POST", "/_consents"): end_consent,
    ("GET", "/_quota"): show_quota,
}


def control(sandbox: Sandbox, request: Request) -> Answer:
    """Answer one of the tester's calls; what is wrong is said in one sentence."""
    found = CONTROLS.get((request.method, request.path))
    if found is None:
        return json_answer({"error": f"There is no {request.method} {request.path} here."}, 404)
    try:
        return json_answer(found(sandbox, request))
    except ValidationError as trouble:
        first = trouble.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return json_answer({"error": f"{place or 'the body'}: {first['msg']}"}, 400)
    except (Misuse, ValueError, OverflowError) as trouble:
        return json_answer({"error": str(trouble)}, 400)
    except AppError as trouble:
        return json_answer({"error": trouble.sentence()}, trouble.status)
