"""Places in one process: a mailbox in trouble takes up few of them, and every job gives its own back."""

from __future__ import annotations

from contextlib import ExitStack
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.jobs.lanes import MOST_IN_TROUBLE, MOST_OF_ONE, Lanes


def taken(stack: ExitStack, lanes: Lanes, mailbox_id: UUID, times: int) -> list[bool]:
    """Try to take up so many places, and keep those that are given."""
    return [stack.enter_context(lanes.enter(mailbox_id, uuid4())) for _ in range(times)]


def test_one_mailbox_has_a_few_places_and_gives_them_back() -> None:
    lanes, alices, charlies = Lanes(), uuid4(), uuid4()
    with ExitStack() as stack:
        assert taken(stack, lanes, alices, MOST_OF_ONE + 2) == [True] * MOST_OF_ONE + [False] * 2
        assert taken(stack, lanes, charlies, 1) == [True]
    with ExitStack() as stack:
        assert taken(stack, lanes, alices, 1) == [True]


def test_a_send_that_is_at_hand_is_not_taken_up_again() -> None:
    lanes, mailbox_id, send_id = Lanes(), uuid4(), uuid4()
    with lanes.enter(mailbox_id, send_id), lanes.enter(mailbox_id, send_id) as again:
        assert not again
    with lanes.enter(mailbox_id, send_id) as later:
        assert later


def test_mailboxes_in_trouble_share_few_places_until_they_are_well() -> None:
    lanes, well = Lanes(), uuid4()
    troubled = [uuid4() for _ in range(MOST_IN_TROUBLE + 2)]
    for each in troubled:
        lanes.went(each, well=False)
    with ExitStack() as stack:
        given_places = [taken(stack, lanes, each, 3) for each in troubled]
        assert given_places == [[True, False, False]] * MOST_IN_TROUBLE + [[False] * 3] * 2
        assert taken(stack, lanes, well, 2) == [True, True]
        lanes.went(troubled[-1], well=True)
        assert taken(stack, lanes, troubled[-1], 1) == [True]


def test_a_job_that_crashes_gives_its_place_back() -> None:
    lanes, mailbox_id, send_id = Lanes(), uuid4(), uuid4()
    with pytest.raises(RuntimeError), lanes.enter(mailbox_id, send_id):
        raise RuntimeError
    with lanes.enter(mailbox_id, send_id) as place:
        assert place


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["enter", "well", "bad"])), max_size=40))
def test_whatever_comes_no_mailbox_has_more_than_its_places(steps: list[tuple[int, str]]) -> None:
    lanes, mailboxes, held = Lanes(), [uuid4() for _ in range(4)], dict.fromkeys(range(4), 0)
    with ExitStack() as stack:
        for number, what in steps:
            if what == "enter":
                held[number] += sum(taken(stack, lanes, mailboxes[number], 1))
            else:
                lanes.went(mailboxes[number], well=what == "well")
            assert all(count <= MOST_OF_ONE for count in held.values())
