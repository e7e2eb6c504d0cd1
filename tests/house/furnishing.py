"""What a feature gives the guards over the whole app: its room `tests/<feature>/house.py`, one FURNISHING.

What hangs on one another (companies, leads, visits, steps, projects) stands in the guards' own tables.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import InstrumentedAttribute

from app.core.storage.db import Record

if TYPE_CHECKING:  # these import this module: at run time it would be a circle
    from tests.house.acting import Act

TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Furnishing:
    """One kind of record: where its pages are, some of it to walk over, who does what to it.

    `filled` is the n-th of the filled county (county.py), `shared` what somebody in a relation is tried with
    (relations.py), by the names that `acts` use. Of forms, as tests/house/test_labels.py has them: the models
    that they fill, fields that fill a column of another name, and questions that fill none. `costly` are
    routes with a budget beside those of its list (test_budgets.py), `edited` is the field that several write
    at once (test_lost_updates.py), in the name of `edited_by`. `below` gives the parts of a record that have
    pages of their own: the public id of one by the start of its addresses. `many` is an act on many of its
    list, where what stands at its address is a declared list (`is_list`).
    """

    at: str  # "/samples/"
    filled: Callable[[Any, int], Record]
    shared: Callable[[Any], Mapping[str, Record]]
    acts: "Mapping[str, Act]"
    fills: Mapping[str, tuple[type[Any], ...]]
    by_another_name: Mapping[str, InstrumentedAttribute[Any]] = field(default_factory=dict)
    questions: frozenset[str] = frozenset()
    costly: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edited: str
    edited_by: str = "everything"
    many: str = "archive"
    is_list: bool = True
    below: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)

    @property
    def feature(self) -> str:
        """`samples`, as the addresses of its pages begin."""
        return self.at.strip("/")


def lists() -> tuple[Furnishing, ...]:
    """Those whose records stand in a declared list."""
    return tuple(each for each in furnishings() if each.is_list)


@cache
def furnishings() -> tuple[Furnishing, ...]:
    """Those of all features, in the order of their names."""
    names = sorted(path.parent.name for path in TESTS.glob("*/house.py"))
    return tuple(importlib.import_module(f"tests.{name}.house").FURNISHING for name in names)
