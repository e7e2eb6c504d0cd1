"""No day is asked for as code is loaded: cases may run after midnight, the product runs for weeks."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def called(call: ast.Call) -> str:
    """The last name of what is called: today() and clock.today() are `today`."""
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def asked_for(expression: ast.AST) -> Iterator[int]:
    """The lines at which the expression asks for today at once, not when its test runs."""
    if isinstance(expression, ast.Lambda):
        return
    if isinstance(expression, ast.Call) and called(expression) == "today":
        yield expression.lineno
    for part in ast.iter_child_nodes(expression):
        yield from asked_for(part)


def days_of_cases(source: str) -> list[int]:
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return [line for each in functions for decorator in each.decorator_list for line in asked_for(decorator)]


def days_of_modules(source: str) -> list[int]:
    """Lines at which a module asks for the day or the moment as it is imported."""
    return list(_at_import(ast.parse(source)))


def _at_import(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call) and called(node) in {"today", "now"}:
        yield node.lineno
    parts: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):  # whose body waits until it is called
        parts = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    for part in parts:
        yield from _at_import(part)


def test_no_module_of_the_product_asks_for_the_day_as_it_is_imported() -> None:
    found = {
        str(path.relative_to(TESTS.parent)): lines
        for folder in ("app", "search")
        for path in (TESTS.parent / folder).rglob("*.py")
        if (lines := days_of_modules(path.read_text(encoding="utf-8")))
    }
    assert found == {}, "ask in a function: the process runs longer than the day"


def test_a_module_that_does_is_noticed() -> None:
    planted = (
        "OVER = State('过期', (Paper.ends_on < today(),))\ndef light(day=today()): return today() - day\n"
    )
    assert days_of_modules(planted + "NEXT = clock.now()\nLATER = lambda: now()") == [1, 2, 3]


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
