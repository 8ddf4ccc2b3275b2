"""`decide` and a second evaluator, written in another language from the same words, agree on random cases."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from app.access.acts import Act
from app.access.conditions import MailFacts
from app.access.decide import Actor, Allow, Ask, Decision, Facts, Kind
from app.access.scopes import Scope
from app.models.conditions import Conditions, Hours, MailKind, Recipients, Span
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.models.mailbox import MailboxState
from tests.access.cedar import Case, decided
from tests.access.deciding import decide

CASES = int(os.environ.get("CEDAR_CASES", "4000"))  # in a release 100,000: CEDAR_CASES=100000 ./deskhand test …
EACH_GRANT = 40
BOB = Actor(kind=Kind.ASSISTANT, person_id=UUID(int=1), surface="test")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
NAMES = ("clara@customer.example", "@customer.example", "Clients", "Suppliers")
ONE, TWO = UUID(int=10), UUID(int=11)


def test_C4_two_evaluators_of_the_permission_model_agree() -> None:
    dice = random.Random(20261126)
    seen: Counter[str] = Counter()
    for _ in range(CASES // EACH_GRANT):
        grant = a_grant(dice)
        cases = [a_case(dice) for _ in range(EACH_GRANT)]
        ours = [word(decide(BOB, grant, case.act, case.facts, case.now)) for case in cases]
        theirs = decided(grant, cases)
        different = [
            (case, mine, other) for case, mine, other in zip(cases, ours, theirs, strict=True) if mine != other
        ]
        assert not different, (grant, different[0])
        seen.update(ours)
    assert sum(seen.values()) == CASES // EACH_GRANT * EACH_GRANT
    assert min(seen["allow"], seen["deny"]) > CASES / 20  # cases that only say no would compare nothing
    assert seen["ask"] > 0


def word(decision: Decision) -> str:
    return "allow" if isinstance(decision, Allow) else "ask" if isinstance(decision, Ask) else "deny"


def a_grant(dice: random.Random) -> Grant | None:
    """Return a grant that mostly lives, with many scopes and few conditions: else nothing would ever be allowed."""
    if dice.random() < 0.02:
        return None
    scopes = [scope.value for scope in Scope if dice.random() < 0.8]
    return Grant(
        mailbox_id=UUID(int=2),
        owner_id=UUID(int=3),
        assistant_id=BOB.person_id,
        scopes=[*scopes, "teleport"] if dice.random() < 0.03 else scopes,
        needs_approval=dice.choice(list(NeedsApproval)),
        conditions=None if dice.random() < 0.03 else conditions(dice),
        status=dice.choices(list(GrantStatus), [30, 1, 1])[0],
        version=1,
        begins_at=MONDAY + timedelta(hours=dice.choice([-24, -24, -24, 9])),
        expires_at=MONDAY + timedelta(hours=dice.choice([24 * 9, 24 * 9, 24 * 9, 12])),
        created_at=MONDAY,
    )


def conditions(dice: random.Random) -> Conditions:
    def some(values: tuple[object, ...], often: float = 0.15) -> frozenset[object]:
        return frozenset(value for value in values if dice.random() < often)

    return Conditions.model_validate(
        {
            "senders": some(NAMES[:2]),
            "labels_in": some(NAMES[2:]),
            "labels_out": some(NAMES[2:], 0.1),
            "kinds": some(tuple(MailKind), 0.1),
            "templates": some((ONE, TWO)),
            "existing_threads_only": dice.random() < 0.5,
            "recipients": dice.choices(list(Recipients), [5, 1])[0],
            "hours": hours(dice),
            "changes_a_day": dice.choice([None, None, 0, 5]),
            "sends_a_day": dice.choice([None, None, 0, 5]),
            "approve_first": dice.randrange(3),
        }
    )


def hours(dice: random.Random) -> Hours | None:
    if dice.random() < 0.7:
        return None
    zone = dice.choice(["America/Santiago", "Europe/Paris", "Asia/Kolkata", "UTC"])
    days = [day for day in range(7) if dice.random() < 0.8]
    ends = dice.choice([time(17, 30), time(13), time()])
    return Hours(
        zone=zone, spans=tuple(Span(day=day, begins=dice.choice([time(), time(9)]), ends=ends) for day in days)
    )


def a_case(dice: random.Random) -> Case:
    mail = MailFacts(
        authors=dice.choice([("Clara@Customer.example",), ("x@y.example", "c@customer.example"), ("x@y.example",), ()]),
        labels=frozenset(name for name in NAMES[2:] if dice.random() < 0.5),
        kind=dice.choice([None, *MailKind]),
        internal=dice.random() < 0.5,
        spam=dice.random() < 0.2,
    )
    facts = Facts(
        mailbox_state=dice.choices([MailboxState.ACTIVE, *MailboxState], [40, *[1] * len(MailboxState)])[0],
        private=dice.choices(["", None, "sender", "thread"], [20, 1, 1, 1])[0],
        excepted=dice.random() < 0.1,
        owner_answers=dice.random() < 0.1,
        mail=None if dice.random() < 0.05 else mail,
        outside=dice.random() < 0.2,
        own_draft=dice.choices([True, False, None], [12, 1, 1])[0],
        used=dice.choice([0, 4, 5, None]),
        sent_before=dice.choice([0, 1, 2, None]),
        template=dice.choice([None, ONE, TWO]),
        untouched_template=dice.random() < 0.4,
        approved=dice.random() < 0.3,
    )
    # Sending more often than its turn: nothing else is ever asked about.
    return Case(dice.choice([*Act, *[Act.SEND] * 5]), facts, MONDAY + timedelta(minutes=dice.randrange(7 * 24 * 60)))
