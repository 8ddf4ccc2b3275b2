"""Every refusal is a sentence, a stable code and a status; nothing in it is left unfilled."""

from __future__ import annotations

import string
from collections.abc import Iterator

import pytest

from app import errors
from app.consent_errors import BadConsent
from app.errors import AppError, Denied, ProviderBusy, TooManyTries


def kinds(of: type[AppError] = AppError) -> Iterator[type[AppError]]:
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


KINDS = [kind for kind in kinds() if kind.__module__ in ("app.errors", "app.consent_errors")]


def made(kind: type[AppError]) -> AppError:
    names = {name for _, name, _, _ in string.Formatter().parse(" ".join((kind.__doc__ or "").split())) if name}
    values = {name: f"<{name}>" for name in names}
    if kind is Denied:
        return Denied("No.", reason="no_grant")
    if kind is TooManyTries:
        return TooManyTries(retry_after=30)
    return kind(reason="because", **values) if kind is BadConsent else kind(**values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_its_docstring_is_its_sentence(kind: type[AppError]) -> None:
    sentence = made(kind).sentence()
    assert sentence
    assert "{" not in sentence
    assert "\n" not in sentence
    assert 400 <= kind.status < 600
    assert str(made(kind)) == sentence


def test_no_two_kinds_share_a_code() -> None:
    own = [kind for kind in KINDS if "code" in vars(kind)]
    assert len({kind.code for kind in own}) == len(own)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = errors.__doc__ or ""
    assert [kind.__name__ for kind in KINDS if kind.__name__ not in drawn] == []


def test_a_sentence_is_translated_before_it_is_filled() -> None:
    refusal = errors.BadSetting(name="X", why="it is empty")
    french = {"The setting {name} cannot be used: {why}": "Le réglage {name} est inutilisable : {why}"}
    assert refusal.sentence(lambda text: french[text]) == "Le réglage X est inutilisable : it is empty"


def test_values_of_strangers_fill_and_are_never_filled_in_turn() -> None:
    refusal = errors.InvalidMessage(detail="{0.__class__} {name}")
    assert "{0.__class__} {name}" in refusal.sentence()
    assert AppError("with {braces} of its own").sentence() == "with {braces} of its own"


def test_reasons_and_times_are_kept() -> None:
    assert Denied("No.", reason="grant_paused").reason == "grant_paused"
    assert BadConsent(reason="bad_nonce").reason == "bad_nonce"
    assert ProviderBusy(retry_after=30).retry_after == 30
    assert ProviderBusy().retry_after is None
