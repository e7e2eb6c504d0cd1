"""The columns of a list: what stands under each heading, on the page, on the phone and on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: words with a page they lead to, a light before them, tags behind them."""

    words: str = ""
    page: tuple[str, str] | None = None  # endpoint and public id
    light: tuple[str | None, str] | None = None  # kind and its words
    tags: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it is printed."""
        said = self.light[1] if self.light else ""
        tags = f"（{'、'.join(self.tags)}）" if self.tags else ""
        return " ".join(filter(None, (said, self.words))) + tags


Said = Cell | str | date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column. `cell` is given the row and what the list has looked up beside its rows."""

    key: str
    label: str
    cell: Callable[[Any, Any], Said]
    unit: str = ""
    kind: str = ""  # num, date or short words that never break: nowrap
    width: str = ""  # narrow, light, date, money, name, wide
    phone: str = "off"  # where it stands on a card: off note stage light sum more owner next
    phone_label: str = ""
    unknown: str = "未填"
    sorts: bool = False  # by the column of the same key in the list's sorts
    on_paper: bool = True

    @property
    def is_number(self) -> bool:
        return self.kind == "num"
