"""Whether a mail opens accounts, by what its subject, its beginning and its sender's address say together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set

from app.rules.security.languages import ENGLISH, FRENCH, SPANISH, spoken
from app.rules.security.learnt import marks, numbers, said
from app.rules.security.phrases import Phrases
from app.rules.security.remembered import Remembered
from app.rules.security.table import Table, phrases, table
from app.rules.security.words import CODE, STOP, TOKEN_LINK, words_of

_ENOUGH = 1.5
_DOUBT = 0.0  # from here on nobody is sure that it does not
_LEARNT = 1.5  # what the learnt numbers weigh beside the phrases; found by trying on goes that were not learnt from
_FEW = 6  # words; of fewer, with no code among them, the learnt numbers know less
_LONGEST_TITLE = 60  # words
_FIRST = 40  # words; what a list knows of a mail has about so many
_FROM_MACHINES = re.compile(
    r"(?:no|do|ne)[-_.]?(?:t|not|pas)?[-_.]?(?:reply|responder|contestar|repondre)|automat"
    r"|secur|segur|verif|auth|login|sign-?in|otp|passw|account-s|fraud"
)


class _Judge:
    """The tables of one language at work."""

    def __init__(self, table: Table) -> None:
        self._harmless, self._against, self._hints, self._explains = (
            Phrases(phrases(rows)) for rows in (table.harmless, table.against, table.hints, table.explains)
        )
        self._sure, self._likely = (
            {explained: Phrases(phrases(rows, explained=explained)) for explained in (False, True)}
            for rows in (table.sure, table.likely)
        )

    def weight(self, title: Sequence[str], text: Sequence[str]) -> int:
        """Return how much speaks for it; a phrase weighs more in the subject."""
        read = [*title, STOP, *text]
        explained = any(self._explains.found(read))
        against, _ = self._against.taken(read)
        _, words = self._harmless.taken(read)
        titled, _ = self._sure[explained].taken(words[: len(title)])
        sure, words = self._sure[explained].taken(words)
        likely, words = self._likely[explained].taken(words)
        hints, _ = self._hints.taken(words)
        stressed = (titled > 0) + (sure > 0 and CODE in read)
        return 3 * min(sure, 2) + stressed + 2 * min(likely, 3) + min(hints, 3) - 2 * min(against, 3) - explained


_JUDGES = {
    language: _Judge(table(name)) for language, name in ((SPANISH, "spanish"), (FRENCH, "french"), (ENGLISH, "english"))
}
_NUMBERS = numbers()
_WEIGHED = Remembered(20_000)


def opens_accounts(subject: str, beginning: str, senders: Iterable[str] = ()) -> bool:
    """Say whether a mail looks like a sign-in code, a reset or an access warning.

    `beginning` is the whole body or its first words, `senders` the addresses of From; in doubt it is private.
    """
    return weight(subject, beginning, senders) >= _ENOUGH


def may_open_accounts(subject: str, beginning: str, senders: Iterable[str] = ()) -> bool:
    """Say whether it cannot be ruled out: for what is shown only if there is no doubt."""
    return weight(subject, beginning, senders) >= _DOUBT


def weight(subject: str, beginning: str, senders: Iterable[str] = ()) -> float:
    """Return how much speaks for it: by the whole text, or by its first words alone if they say more.

    So what is private in a list stays private where the whole text is known, whatever stands at its foot.
    """
    machine = any(_machine(sender) for sender in senders)
    return _WEIGHED.of((subject, beginning, str(machine)), lambda: _weight(subject, beginning, machine=machine))


def _weight(subject: str, beginning: str, *, machine: bool) -> float:
    title, text = words_of(subject)[:_LONGEST_TITLE], words_of(beginning)
    secret = TOKEN_LINK in text
    aside = secret + 2 * machine + 5 * (title == [CODE])
    parts = [text, *(text[:most] for most in (_FIRST, _FIRST // 2) if most < len(text))]
    words = len(title) + len(text)
    learnt = _LEARNT * (1.0 if CODE in (*title, *text) else min(1.0, words / _FEW))
    return aside + max(
        _in_its_language(title, part) + learnt * said(marks(title, part, machine=machine, secret=secret), _NUMBERS)
        for part in parts
    )


def marks_of(subject: str, body: str, senders: Iterable[str]) -> Set[str]:
    """Return what is learnt of a mail."""
    title, text = words_of(subject)[:_LONGEST_TITLE], words_of(body)
    machine = any(_machine(sender) for sender in senders)
    return marks(title, text, machine=machine, secret=TOKEN_LINK in text)


def _in_its_language(title: Sequence[str], text: Sequence[str]) -> int:
    """Return how much the words weigh, in the language in which that is most."""
    return max(_JUDGES[language].weight(title, text) for language in spoken([*title, *text]))


def _machine(sender: str) -> bool:
    return _FROM_MACHINES.match(sender.rpartition("<")[2].casefold()) is not None
