"""`bench access`: what the doorway costs. A decision, and a list of 50 messages with all its checks."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg

from app import clock
from app.access.acts import Act
from app.access.conditions import MailFacts
from app.access.decide import Actor, Facts, Kind, decide, granted
from app.actions.desk import Desk
from app.actions.list_messages import list_messages
from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.db import embedded
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.db.migrate import migrate
from app.models.conditions import Conditions
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import MailboxState
from app.providers.base import Folder, Listing
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import make_app
from tests.bench.figure import Aim, Figure, least_cpu, machine
from tests.bench.recorded import Recorded
from tests.people import (
    ALICE,
    BOB,
    KEY,
    ORIGIN,
    connected_mailbox,
    desk_of,
    mail,
    make_grant,
    make_person,
    practice_settings,
)

AIMS = (
    Aim("access.decide", "microseconds per decide()", 5),
    Aim("access.list_ratio", "list of 50 messages, checked ÷ unchecked, CPU", 1.3),
    Aim("access.flat", "the same list at 100,000 grants ÷ at 10, CPU", 1.2),
)
DECISIONS = 200_000
ROUNDS = 15
MESSAGES = 50
FEW, MANY = 10, 100_000
LISTING = Listing(folder=Folder.INBOX, size=MESSAGES)
BOUND = Conditions(senders=frozenset({"@customer.example"}), labels_out=frozenset({"Family"}), changes_a_day=500)
# As the superuser with triggers off: a grant is a row of its own here, of people nobody has to be.
MORE_GRANTS = """
insert into grants select more.* from grants g, generate_series(1, %(more)s) as number,
  jsonb_populate_record(g, jsonb_build_object(
    'id', gen_random_uuid(), 'assistant_id', gen_random_uuid(), 'owner_id', gen_random_uuid(),
    'mailbox_id', case when number %% 2 = 0 then g.mailbox_id else gen_random_uuid() end)) as more
where g.id = %(pattern)s
"""


def measured(wanted: frozenset[str]) -> Iterator[Figure]:
    """Yield the figures asked for."""
    if "access.decide" in wanted:
        yield _decide()
    if wanted - {"access.decide"}:
        logging.getLogger("app").setLevel(logging.ERROR)
        with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as folder:
            Path(folder).chmod(0o755)
            with embedded.running(Path(folder) / "data", durable=False) as cluster:
                migrate(cluster.owner_url)
                figures = asyncio.run(_lists(cluster, Path(folder), wanted))
        yield from figures


def _decide() -> Figure:
    """Measure the longest way through the rules: a bound grant under which a reply may leave."""
    now = datetime(2026, 11, 23, 10, tzinfo=UTC)
    bobs_id = uuid4()
    bob = Actor(kind=Kind.ASSISTANT, person_id=bobs_id, surface="bench")
    grant = Grant(
        mailbox_id=uuid4(), owner_id=uuid4(), assistant_id=bobs_id, scopes=["mail.list", "mail.read", "draft"],
        needs_approval=NeedsApproval.ALWAYS, conditions=BOUND, begins_at=now, expires_at=now + timedelta(days=9),
        created_at=now,
    )  # fmt: skip
    clara = MailFacts(authors=("clara@customer.example",), labels=frozenset({"INBOX"}), internal=True)
    facts = Facts(mailbox_state=MailboxState.ACTIVE, private="", mail=clara, own_draft=True, used=3, approved=True)
    as_it_stands = granted(grant)
    value = _microseconds(lambda: decide(bob, as_it_stands, Act.SEND, facts, now))
    taken, floor = _microseconds(lambda: granted(grant)), _microseconds(lambda: None)
    conditions = (
        f"a send under a bound grant, all rules passed; taking the grant from its row, once an act, is {taken:.1f} µs "
        f"more; floor: an empty call; CPU; {machine()}"
    )
    return Figure(
        name="access.decide", value=round(value, 3), unit="µs", floor=round(floor, 4),
        ratio=round(value / floor, 1), n=DECISIONS, conditions=conditions,
    )  # fmt: skip


def _microseconds(call: Callable[[], object]) -> float:
    rounds = []
    for _ in range(10):
        began = time.process_time()
        for _ in range(DECISIONS // 10):
            call()
        rounds.append(time.process_time() - began)
    return min(rounds) / (DECISIONS // 10) * 1e6


async def _lists(cluster: Cluster, folder: Path, wanted: frozenset[str]) -> list[Figure]:
    settings = practice_settings(folder)
    clock.practise(offset_file=settings.clock_file)
    sandbox = Sandbox(ORIGIN, key=KEY)
    try:
        recorded = Recorded(httpx2.ASGITransport(make_app(sandbox)))
        async with (
            httpx2.AsyncClient(transport=recorded) as client,
            open_resources(settings, cluster.url("deskhand_service"), client=client) as resources,
        ):
            desk, grant = await _bobs_desk(resources, sandbox)
            await list_messages(desk, LISTING)
            recorded.replays = True
            return await _measured(cluster, desk, grant, wanted)
    finally:
        sandbox.spool.close()


async def _measured(cluster: Cluster, desk: Desk, grant: Grant, wanted: frozenset[str]) -> list[Figure]:
    async def checked() -> None:
        assert len((await list_messages(desk, LISTING)).messages) == MESSAGES

    async def unchecked() -> None:
        page = await desk.provider.list_messages(LISTING)
        assert len(page.messages) == MESSAGES

    _add_grants(cluster, grant, FEW - 1)
    await checked()
    dear, cheap = await least_cpu(checked, unchecked, rounds=ROUNDS)
    figures = [_list_ratio(dear, cheap)] if "access.list_ratio" in wanted else []
    if "access.flat" in wanted:
        _add_grants(cluster, grant, MANY - FEW)
        await checked()
        at_many, base = await least_cpu(checked, unchecked, rounds=ROUNDS)
        figures.append(_flat(dear, cheap, at_many, base))
    return figures


def _list_ratio(dear: float, cheap: float) -> Figure:
    conditions = (
        f"Gmail, {MESSAGES} conversations, bound grant, provider's answers replayed; checked {dear * 1000:.1f} ms, "
        f"unchecked (the provider's page alone) {cheap * 1000:.1f} ms, least of the rounds; CPU of our process without "
        f"PostgreSQL's; {machine()}"
    )
    value = round(dear / cheap, 3)
    return Figure(
        name="access.list_ratio", value=value, unit="ratio", floor=1, ratio=value, n=ROUNDS, conditions=conditions
    )


def _flat(dear: float, cheap: float, at_many: float, base: float) -> Figure:
    drift = base / cheap  # of the machine: the unchecked list knows nothing of grants
    value = round(at_many / dear / drift, 3)
    conditions = (
        f"{at_many * 1000:.1f} ms at {MANY} grants (half at this mailbox), {dear * 1000:.1f} ms at {FEW}, with the "
        f"unchecked list at {drift:.2f} times what it was then; {machine()}"
    )
    return Figure(
        name="access.flat", value=value, unit="ratio", floor=1, ratio=value, n=ROUNDS,
        conditions=conditions,
    )  # fmt: skip


async def _bobs_desk(resources: Resources, sandbox: Sandbox) -> tuple[Desk, Grant]:
    for email, name in (ALICE, BOB):
        sandbox.add_person(email, name)
    box = sandbox.add_mailbox(ALICE[0])
    for number in range(MESSAGES):
        raw = mail(f"Clara <clara{number}@customer.example>", f"Terrace {number}", f"Shall we begin at {number}?")
        box.add(raw, labels=("INBOX",), internal_date=clock.now(), unread=True)
    alice, bob = await make_person(resources, *ALICE), await make_person(resources, *BOB)
    mailbox = await connected_mailbox(resources, alice)
    grant = await make_grant(resources, mailbox, bob, conditions=BOUND)
    return await desk_of(resources, bob, mailbox), grant


def _add_grants(cluster: Cluster, grant: Grant, more: int) -> None:
    database = psycopg.conninfo.conninfo_to_dict(cluster.owner_url)["dbname"]
    with psycopg.connect(cluster.url(ADMIN, str(database)), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(MORE_GRANTS, {"more": more, "pattern": grant.id})
        admin.execute("analyze grants")
