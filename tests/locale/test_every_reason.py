"""Each act, refusal and ending is told in every language: whole, filled, and unlike any other."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter
from typing import Any
from uuid import uuid4

import pytest

from app.access.acts import Act
from app.access.reasons import HELD, REASONS
from app.actions.log_kinds import KINDS
from app.actions.saying import ENDS, say
from app.actions.sayings import SAYINGS, UNKNOWN
from app.errors import BadRequest
from app.locale.catalogues import language
from app.models.audit import AuditEntry
from app.web.console.bounds import KINDS as MAIL_KINDS
from app.web.console.bounds import BoundsFields, WrongFields

ANN, PROGRAM = uuid4(), uuid4()
CODES = ("en", "es", "fr")
TABLES = {"reasons": REASONS, "held": HELD, "ends": ENDS}
SENTENCES = [(table, code) for table, its in TABLES.items() for code in its]
SAID = SAYINGS | {"later_version": UNKNOWN}
# The same words on purpose: whoever may not see a thing is not told whether it is there.
ALIKE = {"private", "not_covered"}


def named(sentence: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def told(code: str, key: str, **fields: object) -> str:
    action, _, reason = key.partition(" ")
    fixed: dict[str, Any] = {
        "mailbox_id": uuid4(),
        "seq": 1,
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "prev_hash": b"",
        "hash": b"",
    }
    usual = {"phase": "whole", "decision": "allow", "reason": reason, "outcome": "done", "surface": ""}
    who = {"actor_kind": "assistant", "actor_id": ANN, "labels_before": ["Old"], "labels_after": ["New"]}
    return say(AuditEntry(**(fixed | usual | who | {"action": action} | fields)), NAMES, language(code).gettext)


NAMES = {ANN: "Núñez {x}", PROGRAM: "Zapier"}


@pytest.mark.parametrize("code", ["es", "fr"])
@pytest.mark.parametrize(("table", "reason"), SENTENCES)
def test_a_reason_is_one_whole_sentence_of_the_language(table: str, reason: str, code: str) -> None:
    english = TABLES[table][reason]
    spoken = language(code).gettext(english)
    assert spoken != english
    assert spoken.endswith(".")
    assert spoken == spoken.strip()
    assert spoken[0].isupper()
    assert named(spoken) == named(english) == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("table", TABLES)
def test_no_translation_makes_two_reasons_one(table: str, code: str) -> None:
    spoken: dict[str, set[str]] = {}
    for reason, english in TABLES[table].items():
        spoken.setdefault(language(code).gettext(english), set()).add(reason)
    assert [alike for alike in spoken.values() if len(alike) > 1 and alike != ALIKE] == []


@pytest.mark.parametrize("code", ["es", "fr"])
@pytest.mark.parametrize("key", SAID)
def test_an_act_names_in_translation_whom_and_what_it_names_in_english(key: str, code: str) -> None:
    for english in SAID[key]:
        spoken = language(code).gettext(english)
        assert spoken != english
        assert named(spoken) == named(english)
        assert spoken.endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_no_translation_makes_two_acts_one(code: str) -> None:
    english = {sentence for saying in SAID.values() for sentence in saying}
    spoken = [language(code).gettext(sentence) for sentence in english]
    assert sorted({each for each in spoken if spoken.count(each) > 1}) == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("key", SAID)
def test_an_act_is_told_with_its_doer_and_without_a_gap(key: str, code: str) -> None:
    for fields in ({}, {"decision": "deny"}, {"phase": "begin", "outcome": ""}, {"outcome": "provider_busy"}):
        sentence = told(code, key, **fields)
        assert "{" not in sentence.replace("Núñez {x}", "")
        assert "  " not in sentence
        assert sentence.endswith(".")
        assert ("Núñez {x}" in sentence) == ("who" in named(SAID[key].wanted if fields else SAID[key].done))


@pytest.mark.parametrize(
    ("code", "refused", "waits", "allowed"),
    [
        ("en", "Refused.", "It waits for the owner's approval.", "It was allowed."),
        ("es", "Denegado.", "Espera la aprobación de la persona titular.", "Estaba permitido."),
        ("fr", "Refusé.", "L’approbation de la personne titulaire est attendue.", "C’était permis."),
    ],
)
def test_whether_it_was_refused_waits_or_was_allowed_is_said_in_words(
    code: str, refused: str, waits: str, allowed: str
) -> None:
    for reason, english in REASONS.items():
        sentence = told(code, "label", decision="deny", reason=reason)
        assert sentence.endswith(f" {refused} {language(code).gettext(english)}")
    assert told(code, "send", decision="ask", reason="approval_needed").endswith(waits)
    assert told(code, "label", phase="begin").endswith(allowed)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", ["owner", "assistant", "lead", "system", "from a later version"])
def test_whoever_has_no_name_has_a_part(kind: str, code: str) -> None:
    sentence = told(code, "archive", actor_id=None, actor_kind=kind)
    part = sentence.removesuffix(told(code, "archive").removeprefix("Núñez {x}"))
    assert part != sentence
    assert (part == "Deskhand") == (kind not in ("owner", "assistant", "lead"))


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("en", "Núñez {x} (program “Zapier”)"),
        ("es", "Núñez {x} (programa “Zapier”)"),
        ("fr", "Núñez {x} (programme «\u00a0Zapier\u00a0»)"),
    ],
)
def test_a_program_is_named_beside_its_assistant_in_the_quotes_of_the_language(code: str, who: str) -> None:
    assert told(code, "archive", key_id=PROGRAM).startswith(f"{who} ")
    assert told(code, "archive", key_id=uuid4()).startswith(f"{who.replace('Zapier', '…')} ")


@pytest.mark.parametrize("code", ["es", "fr"])
def test_the_kinds_of_acts_and_of_mail_have_names_of_the_language(code: str) -> None:
    names = [kind.says for kind in KINDS.values()] + [says for _, says in MAIL_KINDS]
    spoken = [language(code).gettext(name) for name in names]
    assert len({*spoken} - {*names}) == len(names)


@pytest.mark.parametrize("act", list(Act))
def test_each_act_says_in_three_languages_three_things(act: Act) -> None:
    assert len({told(code, act.value) for code in CODES}) == len(CODES)


@pytest.mark.parametrize("code", ["es", "fr"])
@pytest.mark.parametrize(
    "fields",
    [
        {"senders": "nadie"},
        {"senders": "a@x.example\n" * 201},
        {"labels_in": "a\u202eb"},
        {"changes_a_day": "mucho"},
        {"sends_a_day": "10 001"},
        {"approve_first": "-1"},
        {"hours": "own", "zone": "UTC"},
        {"hours": "week", "zone": "Europe/Lutèce"},
        {"hours": "own", "zone": "UTC", "begins": ["18h00"], "ends": ["9h00"]},
        {"hours": "own", "zone": "UTC", "begins": ["neuf"], "ends": ["10h00"]},
        {"begins": ["9h00"], "ends": ["10h00"]},
    ],
)
def test_what_is_wrong_in_a_field_is_said_beside_it_in_the_language(fields: dict[str, object], code: str) -> None:
    with pytest.raises(WrongFields) as refused:
        BoundsFields.model_validate(fields).bound(first_wanted="approve_first" in fields)
    (wrong,) = refused.value.fields.values()
    assert isinstance(wrong, BadRequest)
    spoken = wrong.sentence(language(code).gettext)
    assert spoken != str(wrong)
    assert "{" not in spoken
    assert all(str(value) in spoken for value in wrong.values.values())
