"""What `./deskhand bench` does: one line a figure. A missed aim is told; a broken promise ends it with exit code 1."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

from tests.bench import access, crash, outbox, revoke
from tests.bench.figure import Aim, Figure

WRONG_USE = 2
GROUPS: tuple[tuple[tuple[Aim, ...], Callable[[frozenset[str]], Iterator[Figure]]], ...] = (
    (access.AIMS, access.measured),
    (outbox.AIMS, outbox.measured),
    (revoke.AIMS, revoke.measured),
    (crash.AIMS, crash.measured),
)
AIMS = {aim.name: aim for aims, _ in GROUPS for aim in aims}


def run(name: str, *, as_json: bool, only_list: bool) -> int:
    """Measure what the name asks for (a group, a figure, or all) and print it; return the exit code."""
    wanted = frozenset(each for each in AIMS if name in ("", each, each.partition(".")[0]))
    if not wanted:
        print(f"There is no benchmark {name}. There are: {', '.join(AIMS)}.", file=sys.stderr)
        return WRONG_USE
    if only_list:
        for each in AIMS.values():
            if each.name in wanted:
                print(_aim(each, as_json=as_json))
        return 0
    broken = False
    for aims, measured in GROUPS:
        if mine := wanted & {aim.name for aim in aims}:
            for figure in measured(mine):
                print(figure.line() if as_json else _said(figure), flush=True)
                aim = AIMS[figure.name]
                broken |= aim.promise and not aim.met(figure.value)
    return int(broken)


def _aim(aim: Aim, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"name": aim.name, "what": aim.says, "aim": aim.most})
    most = f"≤ {aim.most:<6g}" if aim.most is not None else " " * 8
    return f"{aim.name:24} {most} {aim.says}"


def _said(figure: Figure) -> str:
    aim = AIMS[figure.name]
    wanted = f"aim ≤ {aim.most:g}: {'met' if aim.met(figure.value) else 'not met'}; " if aim.most is not None else ""
    return (
        f"{figure.name}: {figure.value:g} {figure.unit} ({wanted}floor {figure.floor:g}, ratio {figure.ratio:g}, "
        f"n {figure.n}; {figure.conditions})"
    )


if __name__ == "__main__":
    asked, *flags = sys.argv[1:]
    sys.exit(run(asked, as_json="--json" in flags, only_list="--list" in flags))
