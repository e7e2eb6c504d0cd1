"""No module, form room, list or function is longer than somebody reads in one go."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE, FORMS, FUNCTION = 300, 150, 40  # lines
LIST = 70  # lines of what a list is: not of imports, of its docstring, of nothing


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


def lists_too_long(sources: dict[str, str]) -> set[str]:
    """Rooms of features, and modules that declare a list, that say more than the kit leaves to them. A room
    that is a folder counts as a whole.
    """
    lines: Counter[str] = Counter()
    for path, source in sources.items():
        if path.startswith("app/core/"):
            continue
        room, is_listing, _part = path.partition("/listing/")
        if is_listing or path.endswith("/listing.py") or _declares_a_list(source):
            lines[f"{room}/listing" if is_listing else path] += own_lines(source)
    return {path for path, found in lines.items() if found > LIST}


def _declares_a_list(source: str) -> bool:
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any(ast.unparse(called).rpartition(".")[2] == "Listing" for called in calls)


def own_lines(source: str) -> int:
    """The lines of a module without its imports, its docstring and those that are empty."""
    tree, left_out = ast.parse(source), set[int]()
    for place, node in enumerate(tree.body):
        is_docstring = place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or isinstance(node, ast.Import | ast.ImportFrom):
            left_out |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(bool(line.strip()) and number not in left_out for number, line in lines)


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


def test_a_list_is_declared_in_few_lines() -> None:
    sources = product()
    assert lists_too_long(sources) == set()


def test_a_list_that_says_what_the_kit_should_say_is_noticed() -> None:
    head = '"""Declared,\nin two lines."""\n\nfrom app.core.records import (\n    columns,\n)\n\n'
    declared = "PLANTED = Listing(\n" + "    filters=(),\n\n" * (LIST - 2) + ")\n"
    fits, longer = head + declared, f"{head}# why\n{declared}"
    planted = {
        "app/promotion/planted/listing.py": longer,
        "app/promotion/fits/listing.py": fits,
        "app/promotion/folder/listing/__init__.py": fits,
        "app/promotion/folder/listing/columns.py": "NAME = 1\n",
        "app/promotion/moved/views.py": longer.replace("Listing(", "listing.Listing("),
        "app/promotion/other/views.py": longer.replace("Listing(", "dict("),
    }
    assert lists_too_long(planted) == {
        "app/promotion/planted/listing.py",
        "app/promotion/folder/listing",
        "app/promotion/moved/views.py",
    }
