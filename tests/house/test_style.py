"""The style figures: each aim can be missed, and whoever misses it is named."""

import pytest

from tests.house import style
from tests.house.style import Figure


@pytest.fixture
def tree(tmp_path):
    """A function that writes files under a root of its own and returns that root."""

    def made(**files: str):
        for name, text in {"app/__init__.py": "", "tests/test_a.py": "x = 1\n" * 4000, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return made


def function(name: str, lines: int, body: str = "    x = 1\n") -> str:
    return f'def {name}() -> None:\n    """Do it."""\n' + body * (lines - 2)


def module(functions: int) -> str:
    """A module of good manners: functions of six lines, half of them documented, a remark here and there."""
    documented = "def _{n}() -> int:\n    # Why it is so.\n    a = 1\n    b = 2\n    return a + b\n\n\n"
    return "".join(documented.format(n=n) if n % 3 == 0 else f"X{n} = 1\n" * 6 for n in range(functions))


def failing(root) -> dict[str, str]:
    return {figure.name: figure.sentence() for figure in style.figures(root) if figure.off and not figure.told_only}


def test_a_house_in_order_misses_no_aim(tree):
    root = tree(**{f"app/m{n}.py": module(12) for n in range(4)})
    assert failing(root) == {}
    assert style.check(root).failures == []


def test_a_module_too_long_is_named(tree):
    root = tree(**{"app/short.py": "X = 1\n", "app/long.py": "X = 1\n" * 301})
    assert "app/long.py (301)" in failing(root)["module, longest"]
    assert "short" not in failing(root)["module, longest"]


def test_a_function_too_long_is_named_with_its_line(tree):
    root = tree(**{"app/a.py": "\n\n" + function("endless", 51)})
    assert failing(root)["function, longest"] == "function, longest is 51, the aim is ≤ 50: app/a.py:3 endless (51)"
    assert "function, 90 %" in failing(root)
    assert "function, median" in failing(root)


def test_a_function_of_exactly_the_limit_passes(tree):
    assert "function, longest" not in failing(tree(**{"app/a.py": function("just", 50)}))


def test_nesting_deeper_than_three_is_named(tree):
    deep = "def f(a: int) -> None:\n    if a:\n        for b in []:\n            while b:\n                with b:\n"
    root = tree(**{"app/a.py": deep + "                    pass\n"})
    assert "app/a.py:1 f" in failing(root)["nesting, deepest"]


def test_a_parameter_without_a_type_is_named(tree):
    root = tree(**{"app/a.py": "def typed(a: int) -> int:\n    return a\n\n\ndef bare(a) -> int:\n    return a\n"})
    assert failing(root)["annotations"].endswith("app/a.py:5 bare")


def test_too_few_docstrings_name_the_barest_files(tree):
    root = tree(
        **{"app/a.py": "def one() -> None: ...\n", "app/b.py": "def two() -> None: ...\ndef x() -> None: ...\n"}
    )
    said = next(figure for figure in style.figures(root) if figure.name == "docstrings")
    assert said.off == "low"
    assert said.offenders == ("app/b.py (2 without)", "app/a.py (1 without)")
    assert said.sentence() in style.check(root).failures


def test_more_docstrings_than_the_aim_are_told_and_do_not_fail(tree):
    outcome = style.check(tree(**{"app/a.py": function("f", 5)}))
    assert not [line for line in outcome.failures if line.startswith("docstrings")]
    assert [line for line in outcome.notes if line.startswith("docstrings is 1,")]


def test_short_modules_are_told_and_do_not_fail(tree):
    outcome = style.check(tree(**{"app/a.py": "X = 1\n"}))
    assert not [line for line in outcome.failures if line.startswith("module, median")]
    assert [line for line in outcome.notes if line.startswith("module, median is 1,")]


def test_a_cycle_is_named_by_its_members_and_a_lazy_one_counts_too(tree):
    root = tree(**{"app/a.py": "from app import b\n", "app/b.py": "from app import a\n"})
    assert "app.a ↔ app.b" in failing(root)["import cycles"]
    lazy = tree(**{"app/a.py": "from app import b\n", "app/b.py": "def f() -> None:\n    from app import a\n"})
    assert "import cycles" not in failing(lazy)
    assert "app.a ↔ app.b" in failing(lazy)["import cycles, lazy"]


def test_a_module_that_imports_thirteen_is_named_but_not_main(tree):
    others = {f"app/m{n}.py": "X = 1\n" for n in range(13)}
    wide = "".join(f"from app import m{n}\n" for n in range(13))
    assert "fan-out but main.py" not in failing(tree(**others, **{"app/main.py": wide}))
    assert "app.cards (13)" in failing(tree(**{"app/cards.py": wide}))["fan-out but main.py"]


def test_too_few_tests_fail_and_the_tools_of_the_house_do_not_count_as_tests(tree):
    root = tree(
        **{"app/a.py": "x = 1\n" * 10, "tests/test_a.py": "x = 1\n" * 14, "tests/house/tool.py": "x = 1\n" * 99}
    )
    assert failing(root)["test lines, at the least"] == "test lines, at the least is 1.4, the aim is ≥ 1.45"
    assert "test lines, at the least" not in failing(tree(**{"tests/house/test_tool.py": "x = 1\n"}))


def test_comments_have_an_upper_and_a_lower_aim(tree):
    assert "comments per 100 lines" in failing(tree(**{"app/a.py": "x = 1\n" * 100}))
    assert "comments per 100 lines" in failing(tree(**{"app/a.py": "# why\nx = 1\n" * 50}))
    assert "comments per 100 lines" not in failing(tree(**{"app/a.py": "# why\n" * 5 + "x = 1\n" * 100}))


def test_a_file_that_does_not_parse_fails_instead_of_vanishing_from_the_figures(tree):
    assert "files that do not parse" in failing(tree(**{"app/a.py": "def broken(:\n"}))


def test_the_table_says_figure_aim_and_value(tree):
    lines = style.table(style.figures(tree(**{"app/long.py": "X = 1\n" * 301}))).splitlines()
    row = next(line for line in lines if line.startswith("module, longest"))
    assert row.split() == ["module,", "longest", "≤", "300", "301", "✗"]


@pytest.mark.parametrize(
    ("figure", "aim"),
    [
        (Figure("a", 1, high=3), "≤ 3"),
        (Figure("a", 1, low=1.5), "≥ 1.5"),
        (Figure("a", 1, 50, 100), "50–100"),
        (Figure("a", 1, 0, 0), "0"),
    ],
)
def test_an_aim_is_written_as_in_the_guide(figure, aim):
    assert figure.aim == aim


def test_nothing_to_measure_is_not_off(tree):
    assert Figure("a", None, 1, 2).off == ""
    assert "–" in style.table([Figure("a", None, 1, 2)])
