"""The killable child: hostile work ends there, and the one who asked hears it in one sentence."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.child import Child, TooHard, Work
from tests.child_work import ROOM, burn, echo, misbehave, reverse, slowly


def is_zombie(pid: int) -> bool:
    """Say whether the process has ended and only its parent (in a container perhaps nobody) has not asked yet."""
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


async def until_gone(pid: int) -> None:
    """Wait for the process to end; the test's own time-out is the limit."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if is_zombie(pid):
            return
        await asyncio.sleep(0.01)


async def some_turns() -> None:
    """Let the loop go on until a question has left for its warm child."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_it_answers_again_and_again_from_one_process() -> None:
    async with Child(misbehave) as reader:
        first = await reader.ask(b"process")
        assert [await reader.ask(b"process") for _ in range(50)] == [first] * 50
        assert int(first) != os.getpid()


async def test_payloads_of_every_size_come_back_whole() -> None:
    async with Child(echo) as reader:
        for size in (0, 1, 7, 65_535, 65_536, 65_537, 3_000_001, 20_000_000):
            payload = os.urandom(1024) * (size // 1024 + 1)
            assert await reader.ask(payload[:size]) == payload[:size]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(payloads=st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_any_bytes_asked_together_find_their_own_answers(payloads: list[bytes]) -> None:
    async def ask_all() -> list[bytes]:
        async with Child(reverse) as reader:
            return await asyncio.gather(*(reader.ask(payload) for payload in payloads))

    assert asyncio.run(ask_all()) == [payload[::-1] for payload in payloads]


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (b"spin", "it took too long"),
        (b"sleep", "it took too long"),
        (b"recurse", "RecursionError"),
        (b"hoard", "it needed too much memory"),
        (b"one great block", "it needed too much memory"),
        (b"crash", "it crashed the reader"),
        (b"leave", "it crashed the reader"),
        (b"fail", "ValueError"),
        (b"no such behaviour", "KeyError"),
    ],
)
async def test_whatever_goes_wrong_is_too_hard_and_the_next_question_is_answered(behaviour: bytes, why: str) -> None:
    async with Child(misbehave, cpu_seconds=0.3, wall_seconds=1, memory_bytes=2 * ROOM) as reader:
        with pytest.raises(TooHard) as refusal:
            await reader.ask(behaviour)
        assert str(refusal.value) == f"This is too hard to read safely: {why}."
        assert refusal.value.__cause__ is None
        assert await reader.ask(b"print") == b"printed"


async def test_memory_is_watched_where_the_system_does_not_limit_it() -> None:
    async with Child(misbehave, memory_bytes=2**40) as reader:
        with pytest.raises(TooHard, match="it needed too much memory"):
            await reader.ask(b"hoard watched")


async def test_a_failure_tells_its_kind_and_no_word_of_the_mail() -> None:
    async with Child(misbehave) as reader:
        with pytest.raises(TooHard) as refusal:
            await reader.ask(b"fail")
        assert "secret-subject" not in str(refusal.value)
        assert (refusal.value.code, refusal.value.status) == ("too_hard", 422)


async def test_a_killed_process_is_replaced_and_an_honest_failure_keeps_it() -> None:
    async with Child(misbehave) as reader:
        first = await reader.ask(b"process")
        with pytest.raises(TooHard):
            await reader.ask(b"fail")
        assert await reader.ask(b"process") == first
        with pytest.raises(TooHard):
            await reader.ask(b"crash")
        assert await reader.ask(b"process") != first


async def test_time_is_counted_for_each_question_alone() -> None:
    async with Child(burn, cpu_seconds=0.5) as reader:
        for _ in range(4):  # together far more than one question may take
            assert float(await reader.ask(b"0.2")) >= 0.2


async def test_the_loop_goes_on_while_the_child_is_stuck() -> None:
    async with Child(misbehave, cpu_seconds=0.3) as reader:
        asked = asyncio.ensure_future(reader.ask(b"spin"))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 20
        with pytest.raises(TooHard):
            await asked


async def test_what_the_work_prints_or_reads_does_not_spoil_the_pipe() -> None:
    async with Child(misbehave) as reader:
        assert await reader.ask(b"print") == b"printed"
        assert await reader.ask(b"read") == b""
        assert await reader.ask(b"print") == b"printed"


async def test_the_process_holds_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_MASTER_KEY", "not for the child")
    async with Child(misbehave) as reader:
        assert b"DESKHAND" not in await reader.ask(b"environment")


async def test_a_payload_that_could_never_fit_is_refused_before_anything_is_copied() -> None:
    async with Child(echo, memory_bytes=ROOM) as reader:
        with pytest.raises(TooHard, match="it is too large"):
            await reader.ask(bytes(ROOM // 4 + 1))


async def test_a_question_given_up_does_not_shift_the_answers() -> None:
    async with Child(slowly) as reader:
        await reader.ask(b"0 warm")
        given_up = asyncio.ensure_future(reader.ask(b"5 first"))
        await some_turns()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert await reader.ask(b"0 second") == b"second"


async def test_one_who_gives_up_in_the_queue_harms_nobody() -> None:
    async with Child(slowly) as reader:
        questions = [asyncio.ensure_future(reader.ask(b"0.02 %d" % n)) for n in range(10)]
        await asyncio.sleep(0)
        for n in (2, 5, 9):
            questions[n].cancel()
        answers = await asyncio.gather(*questions, return_exceptions=True)
        assert [n for n, answer in enumerate(answers) if answer == b"%d" % n] == [0, 1, 3, 4, 6, 7, 8]


async def test_closing_ends_the_process_and_refuses_those_who_wait() -> None:
    reader = Child(misbehave)
    pid = int(await reader.ask(b"process"))
    waiting = [asyncio.ensure_future(reader.ask(b"sleep")) for _ in range(3)]
    await some_turns()
    await reader.close()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers] == [TooHard] * 3
    await until_gone(pid)
    with pytest.raises(TooHard, match="closed"):
        await reader.ask(b"process")


async def test_closing_one_that_never_started_is_nothing() -> None:
    reader = Child(echo)
    await reader.close()
    await reader.close()


async def test_a_process_killed_from_outside_while_idle_costs_one_question_at_most() -> None:
    async with Child(misbehave) as reader:
        pid = int(await reader.ask(b"process"))
        os.kill(pid, signal.SIGKILL)
        await until_gone(pid)
        with suppress(TooHard):  # the loop may not have heard of it yet
            await reader.ask(b"process")
        assert int(await reader.ask(b"process")) != pid


PARENT = """
import asyncio, sys
sys.path[:0] = {path!r}
from tests.child_work import misbehave
from app.child import Child

async def main():
    reader = Child(misbehave, cpu_seconds=60, wall_seconds=1)
    print((await reader.ask(b"process")).decode(), flush=True)
    await reader.ask({last!r}) if {last!r} else await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.crash
@pytest.mark.parametrize("busy_with", [b"", b"sleep"])
async def test_it_dies_with_a_parent_that_was_killed(busy_with: bytes) -> None:
    program = PARENT.format(path=[str(Path(__file__).parents[1])], last=busy_with)
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    os.kill(pid, 0)
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(30):
        await until_gone(pid)


@pytest.mark.parametrize("work", [lambda payload: payload, Child.ask])
def test_work_that_cannot_be_named_is_refused_at_once(work: Work) -> None:
    with pytest.raises(ValueError, match="importable"):
        Child(work)
