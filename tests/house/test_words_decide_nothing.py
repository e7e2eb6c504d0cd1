"""What people write as a reason, and what an event says of itself, is for readers: no code branches on it."""

import ast
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
WORDS = frozenset({"reason", "archive_reason", "summary"})
ASKS = frozenset({"in_", "not_in", "is_", "contains", "startswith", "endswith", "like", "ilike"})
# Where a sentence still tells what was written before events named their run (ADR 13).
KNOWN = frozenset({"exchange/imports/runs.py", "exchange/imports/traces.py"})


def asked_of_words(source: str) -> list[int]:
    """The lines that compare such a text with another, other than whether there is any."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Compare) and _compares(node))
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ASKS
            and _is_words(node.func.value)
        )
    ]


def _compares(node: ast.Compare) -> bool:
    sides = [node.left, *node.comparators]
    empty = any(isinstance(side, ast.Constant) and side.value in {"", None} for side in sides)
    return not empty and any(map(_is_words, sides))


def _is_words(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr=named) | ast.Name(id=named) | ast.Subscript(slice=ast.Constant(value=named)):
            return named in WORDS
    return False


def test_no_code_asks_what_somebody_wrote_as_a_reason() -> None:
    found = {
        f"{name}:{line}"
        for path in sorted(APP.rglob("*.py"))
        if (name := str(path.relative_to(APP))) not in KNOWN
        for line in asked_of_words(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_a_planted_question_is_noticed() -> None:
    planted = (
        "if entry.reason == SIGNING: ...",
        "query.where(LeadEntry.reason.not_in({'登记'}))",
        "any(event.summary == mark for event in events)",
        "if known.values['archive_reason'] != '撤销导入': ...",
    )
    assert [asked_of_words(line) for line in planted] == [[1]] * 4
    assert asked_of_words("if move.reason and lead.summary != '': ...") == []
