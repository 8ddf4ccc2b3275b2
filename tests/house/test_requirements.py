"""The requirements page: rows, the tests that prove them, and everything that can be wrong between the two."""

import re

import pytest

from tests.house import requirements
from tests.house.requirements import KNOWN, Proof


@pytest.fixture
def house(tmp_path):
    """A function that makes a house of rows and test files and returns its root."""

    def made(rows: dict[str, str], **files: str):
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / "requirements.toml").write_text("".join(f'{k} = "{v}"\n' for k, v in rows.items()))
        for name, text in files.items():
            path = tmp_path / "tests" / f"test_{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return tmp_path

    return made


REVOKED = "\ndef test_V4_a_revoked_grant_sends_nothing():\n    pass\n"


def test_a_row_links_to_its_test_with_its_file(house):
    root = house({"V4": "The owner ends it."}, revoke=REVOKED)
    row = "| V4 | The owner ends it. | [a revoked grant sends nothing](../tests/test_revoke.py) |"
    assert row in requirements.page(root).splitlines()


def test_one_test_may_prove_two_rows_and_one_row_have_two_tests(house):
    both = "async def test_V1_V4_both():\n    pass\n"
    page = requirements.page(house({"V1": "One.", "V4": "Two."}, revoke=REVOKED, both=both))
    assert "| V1 | One. | [both](../tests/test_both.py) |" in page
    assert page.count("../tests/test_both.py") == 2
    assert " · [a revoked grant" in page


def test_a_test_inside_a_class_counts(house):
    text = "class TestIt:\n    def test_V4_inside(self):\n        pass\n"
    assert requirements.trouble(house({"V4": "x"}, inner=text)) == []


def test_rows_stand_in_the_order_of_the_table(house):
    page = requirements.page(house({"H5": "last", "V10": "third", "V2": "second", "C1": "first"}))
    assert re.findall(r"^\| ([A-Z]\d+) ", page, re.MULTILINE) == ["C1", "V2", "V10", "H5"]


def test_a_row_without_a_test_fails(house):
    assert requirements.trouble(house({"V4": "x", "V5": "y"}, revoke=REVOKED)) == [
        "docs/requirements.toml: V5 has no test"
    ]


@pytest.mark.parametrize("wrong", ["V73", "V0", "C6", "H16"])
def test_a_test_with_an_unknown_id_fails_and_is_named_with_its_line(house, wrong):
    root = house({"V4": "x"}, revoke=REVOKED, odd=f"\n\ndef test_{wrong}_odd():\n    pass\n")
    assert requirements.trouble(root) == [f"tests/test_odd.py:3: test_{wrong}_odd bears the unknown id {wrong}"]


def test_a_row_with_an_unknown_id_fails(house):
    assert requirements.trouble(house({"V99": "x"})) == ["docs/requirements.toml: V99 is no known requirement"]


def test_a_page_that_is_missing_or_stale_fails_until_it_is_made_again(house):
    root = house({"V4": "x"}, revoke=REVOKED)
    stale = ["docs/requirements.md is out of date: run `./deskhand check --fix`"]
    assert requirements.check(root).failures == stale
    requirements.write(root)
    assert requirements.check(root).failures == []
    house({"V4": "x"}, revoke="# one line more\n" + REVOKED)
    assert requirements.check(root).failures == []
    house({"V4": "x"}, revoke=REVOKED.replace("test_", "test_soon_"))
    assert requirements.check(root).failures == stale


def test_making_the_page_twice_leaves_the_file_alone(house):
    root = house({"V4": "x"}, revoke=REVOKED)
    requirements.write(root)
    before = (root / requirements.PAGE).stat().st_mtime_ns
    requirements.write(root)
    assert (root / requirements.PAGE).stat().st_mtime_ns == before


def test_a_test_ahead_of_its_row_is_told_and_does_not_fail(house):
    root = house({"V4": "x"}, revoke=REVOKED, ahead="def test_V22_dictation():\n    pass\n")
    requirements.write(root)
    outcome = requirements.check(root)
    assert outcome.failures == []
    assert outcome.notes == ["tests name V22, not yet in requirements.toml"]


@pytest.mark.parametrize(
    ("name", "ids", "story"),
    [
        ("test_V4_it_stays", ("V4",), "it stays"),
        ("test_V1_V2_few_and_short", ("V1", "V2"), "few and short"),
        ("test_owner_V22_dictates", ("V22",), "owner dictates"),
        ("test_utf8_and_v4_in_small_letters", (), "utf8 and v4 in small letters"),
        ("test_I4_of_another_list", (), "I4 of another list"),
        ("test_V4", ("V4",), "test_V4"),
    ],
)
def test_ids_are_whole_words_of_the_name(name, ids, story):
    proof = Proof("tests/test_a.py", 1, name)
    assert proof.ids == ids
    assert proof.story == story


def test_all_ids_of_the_mission_are_known_and_no_others():
    assert len(KNOWN) == len(set(KNOWN)) == 5 + 19 + 72 + 14 + 15
    assert {"C1", "C5", "N19", "V72", "M14", "H15"} <= set(KNOWN)
    assert not {"C0", "C6", "N20", "V73", "M15", "H16"} & set(KNOWN)


def test_our_rows_are_known_and_say_something_of_their_own():
    rows = requirements.rows()
    assert set(rows) <= set(KNOWN)
    assert len(set(rows.values())) == len(rows)
    assert all(says.endswith(".") and len(says.split()) >= 8 for says in rows.values())
    # A bar would end the table's cell.
    assert not any("|" in says for says in rows.values())


def test_our_tests_name_no_unknown_id():
    assert [line for line in requirements.trouble() if "unknown" in line] == []


def test_the_command_says_what_is_wrong_and_exits_with_1(house, monkeypatch, capsys):
    root = house({"V5": "x"})
    monkeypatch.setattr(requirements, "check", lambda: requirements.Result(requirements.trouble(root)))
    assert requirements.main(["--check"]) == 1
    assert "V5 has no test" in capsys.readouterr().out
