"""The columns of a list: what stands under each heading, on the page, on the phone and on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from app.core.values.enums import LabelledEnum
from app.core.values.labels import short_of


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: words with a page they lead to, a light before them, tags behind them."""

    words: str = ""
    page: tuple[str, str] | None = None  # endpoint and public id
    light: tuple[str | None, str] | None = None  # kind and its words
    tags: tuple[str, ...] = ()
    phone: str = ""  # where on a card, other than its column says
    is_bare: bool = False  # not in the unit of its column
    below: tuple[str, str] | None = None  # words and address on a second line, not on paper

    def __str__(self) -> str:
        """As it is printed."""
        said = self.light[1] if self.light else ""
        tags = f"（{'、'.join(self.tags)}）" if self.tags else ""
        return " ".join(filter(None, (said, self.words))) + tags


Said = Cell | str | date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ListColumn:
    """One column. `cell` is given what the list shows of a row.

    On a phone a row is a card below its first column, the heading; `phone` says where a column stands:

        note note note note
        sum           light
        owner         stage
        more more more more
        next next next next
    """

    key: str
    label: str
    cell: Callable[[Any], Said]
    unit: str = ""
    kind: str = ""  # num, date or short words that never break: nowrap
    width: str = ""  # narrow, light, date, money, name, wide
    phone: str = "off"  # where it stands on a card: off note stage light sum more owner next
    is_named: bool = False  # on a card, where no heading stands above it
    unknown: str = "未填"
    sorts: bool = False  # by the column of the same key in the list's sorts
    tells: bool = False  # says beside the first column which record is meant, where only that stands
    on_page: bool = True
    on_paper: bool = True
    only_with: str = ""  # the filter beside which it says something
    paper: Callable[[Any], Said] | None = None  # what a print says instead

    @property
    def is_number(self) -> bool:
        return self.kind == "num"


def of(
    attribute: InstrumentedAttribute[Any],
    cell: Callable[[Any], Said] | None = None,
    *,
    key: str = "",
    **more: Any,
) -> ListColumn:
    """The column of a mapped attribute, called as it is called, saying what it holds unless told otherwise:
    `of(Project.number, kind="nowrap")`.
    """
    return ListColumn(
        key=key or attribute.key,
        label=short_of(attribute),
        cell=cell or (lambda row: _plain(getattr(row, attribute.key))),
        **more,
    )


def _plain(value: Any) -> Said:
    said: Said = value.label if isinstance(value, LabelledEnum) else value
    return said
