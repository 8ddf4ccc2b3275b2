"""Learn from the labelled mails what words say, and write it to `app/rules/security/learnt.txt`.

`python -m tests.rules.security.training`, some seconds, the same numbers each time. It learns nothing from what is kept
aside, so that its figures mean something.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence

from app.rules.security.judging import marks_of
from app.rules.security.learnt import ALWAYS, FILE, said
from tests.rules.security.labelled import KEPT_ASIDE, Labelled, labelled
from tests.rules.security.ordinary import ordinary

ROUNDS, STEP, SHRINK, SEED = 25, 0.3, 1e-3, 1
SEEN = 2  # mails in which a mark must stand to be learnt
ORDINARY = 240  # letters between people, beside the labelled mails
LEAST = 6  # hundredths; smaller numbers are left out

Example = tuple[Sequence[str], bool]


def learnt_from() -> list[Labelled]:
    """Return the mails that are learnt from."""
    return [*(mail for mail in labelled() if mail.part != KEPT_ASIDE), *ordinary(ORDINARY, learnt=True)]


def seal(mails: Iterable[Labelled]) -> str:
    """Return what tells whether the numbers were learnt from these mails."""
    return hashlib.sha256("\n".join(sorted(repr(mail) for mail in mails)).encode()).hexdigest()[:16]


def learn(mails: Iterable[Labelled]) -> dict[str, float]:
    """Return a number for each mark: logistic regression with steps that shrink where much was learnt (AdaGrad)."""
    found = [(marks_of(mail.subject, mail.body, [mail.sender]), mail.security) for mail in mails]
    seen = Counter(mark for each, _ in found for mark in each)
    examples = [(sorted(mark for mark in each if seen[mark] >= SEEN), is_so) for each, is_so in found]
    numbers: dict[str, float] = dict.fromkeys((mark for each, _ in examples for mark in each), 0.0) | {ALWAYS: 0.0}
    walked, dice = dict.fromkeys(numbers, 0.01), random.Random(SEED)
    for _ in range(ROUNDS):
        dice.shuffle(examples)
        for example in examples:
            _step(example, numbers, walked)
    return numbers


def _step(example: Example, numbers: dict[str, float], walked: dict[str, float]) -> None:
    known, is_so = example
    wrong = 1 / (1 + math.exp(-said(set(known), numbers))) - is_so
    numbers[ALWAYS] -= 0.02 * wrong
    share = wrong / math.sqrt(len(known) + 1)
    for mark in known:
        slope = share + SHRINK * numbers[mark]
        walked[mark] += slope * slope
        numbers[mark] -= STEP * slope / math.sqrt(walked[mark])


def main() -> None:
    """Write what was learnt."""
    mails = learnt_from()
    hundredths = {mark: round(100 * number) for mark, number in sorted(learn(mails).items())}
    lines = [f"{number} {mark}" for mark, number in hundredths.items() if abs(number) >= LEAST]
    FILE.write_text("\n".join([seal(mails), *lines]) + "\n", encoding="utf-8")
    print(f"{len(lines)} numbers from {len(mails)} mails.")


if __name__ == "__main__":
    main()
