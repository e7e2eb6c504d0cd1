"""A class name means one thing in the whole product: who reads it anywhere knows which one it is."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def names_of_several(sources: dict[str, str]) -> dict[str, list[str]]:
    """Names of classes that more than one module defines, each with these modules."""
    modules = defaultdict(list)
    for path, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                modules[node.name].append(path)
    return {name: sorted(paths) for name, paths in modules.items() if len(paths) > 1}


def product() -> dict[str, str]:
    paths = [path for folder in ("app", "search") for path in (ROOT / folder).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_every_class_has_a_name_of_its_own() -> None:
    assert names_of_several(product()) == {}


def test_a_name_given_twice_is_noticed() -> None:
    planted = {
        "app/promotion/planted/forms.py": "class EditForm: ...\nclass MoveForm: ...\n",
        "app/delivery/planted/forms.py": "class EditForm: ...\nclass CloseForm:\n    class MoveForm: ...\n",
        "search/planted.py": "from app import EditForm\n",
    }
    assert names_of_several(planted) == {
        "EditForm": ["app/delivery/planted/forms.py", "app/promotion/planted/forms.py"]
    }
