"""A table of cases names no day when it is collected: its tests may run after midnight."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def asked_for(expression: ast.AST) -> Iterator[int]:
    """The lines at which the expression asks for today at once, not when its test runs."""
    if isinstance(expression, ast.Lambda):
        return
    if isinstance(expression, ast.Call) and getattr(expression.func, "id", "") == "today":
        yield expression.lineno
    for part in ast.iter_child_nodes(expression):
        yield from asked_for(part)


def days_of_cases(source: str) -> list[int]:
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return [line for each in functions for decorator in each.decorator_list for line in asked_for(decorator)]


def test_no_table_of_cases_asks_for_today_when_it_is_collected() -> None:
    found = {
        str(path.relative_to(TESTS)): lines
        for path in TESTS.rglob("*.py")
        if (lines := days_of_cases(path.read_text(encoding="utf-8")))
    }
    assert found == {}, "use tests.factories.days.in_days"


def test_a_table_that_does_is_noticed() -> None:
    planted = '@pytest.mark.parametrize("day", [today(), in_days(1), lambda: today()])\ndef test_it(day): ...'
    assert days_of_cases(planted) == [1]
