"""A test that takes a name which its module no longer has is found without being run."""

from __future__ import annotations

from pathlib import Path

from tests.house import names


def test_a_name_that_a_module_no_longer_has_is_found_wherever_a_test_takes_it(tmp_path: Path) -> None:
    for file, text in {
        "code/__init__.py": "",
        "code/known.py": "HERE = 1\n",
        "tests/__init__.py": "",
        "tests/test_one.py": "from code import known\n\n\ndef test_it():\n    known.HERE\n    known.GONE\n",
        "tests/test_two.py": "from code.known import GONE, HERE\n",
    }.items():
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = names.check(tmp_path).failures
    assert [line.partition(": error")[0] for line in sorted(found)] == ["tests/test_one.py:6", "tests/test_two.py:1"]
