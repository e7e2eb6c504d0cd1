"""No module, form room or function is longer than somebody reads in one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE, FORMS, FUNCTION = 300, 150, 40  # lines


def too_long(sources: dict[str, str]) -> set[str]:
    """Modules and functions above their limit; forms of features have one of their own."""
    found = set()
    for path, source in sources.items():
        if source.count("\n") > (FORMS if _is_forms(path) else MODULE):
            found.add(path)
        found |= {f"{path}: {name}" for name, lines in _functions(source) if lines > FUNCTION}
    return found


def _is_forms(path: str) -> bool:
    return not path.startswith("app/core/") and (path.endswith("/forms.py") or "/forms/" in path)


def _functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def product() -> dict[str, str]:
    paths = [path for folder in ("app", "search") for path in (ROOT / folder).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_nothing_is_longer_than_one_reads_in_one_go() -> None:
    assert too_long(product()) == set()


def test_what_is_too_long_is_noticed() -> None:
    long = "def settle():\n" + "    pass\n" * FUNCTION
    planted = {
        "app/promotion/planted/views.py": "\n" * (MODULE + 1),
        "app/promotion/planted/queries.py": "\n" * MODULE,
        "app/promotion/planted/forms.py": "\n" * (FORMS + 1),
        "app/promotion/planted/forms/parts.py": "\n" * (FORMS + 1),
        "app/core/web/forms.py": "\n" * (FORMS + 1),
        "app/promotion/planted/services.py": f"class Kept:\n    def put(self): ...\n{long}",
    }
    assert too_long(planted) == {
        "app/promotion/planted/views.py",
        "app/promotion/planted/forms.py",
        "app/promotion/planted/forms/parts.py",
        "app/promotion/planted/services.py: settle",
    }
