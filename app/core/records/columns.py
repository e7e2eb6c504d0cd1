"""The columns of a list: what stands under each heading, on the page, on the phone and on paper."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import InstrumentedAttribute

from app.core.values.clock import in_beijing
from app.core.values.enums import LabelledEnum
from app.core.values.labels import short_of
from app.core.values.lights import Light
from app.core.web.pages import SortColumn

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: words with a page they lead to, a light before them, tags behind them."""

    words: str = ""
    page: tuple[str, str] | None = None  # endpoint and public id
    light: Light | None = None
    tags: tuple[str, ...] = ()
    phone: str = ""  # where on a card, other than its column says
    is_bare: bool = False  # not in the unit of its column
    below: tuple[str, str] | None = None  # words and address on a second line, not on paper

    @property
    def is_plain(self) -> bool:
        """Words and nothing beside them."""
        return bool(self.words) and not (self.page or self.light or self.tags or self.below)

    def __str__(self) -> str:
        """As it is printed."""
        said = self.light.words if self.light else ""
        tags = f"（{'、'.join(self.tags)}）" if self.tags else ""
        return " ".join(filter(None, (said, self.words))) + tags


Said = Cell | str | date | None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An order that follows from more than columns of its rows: worked out when a list is put in it."""

    by: Callable[[], SortColumn]


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
    order: SortColumn | Reckoned | None = field(default=None, compare=False)  # what it sorts the list by
    tells: bool = False  # says beside the first column which record is meant, where only that stands
    on_page: bool = True
    on_paper: bool = True
    only_with: str = ""  # the filter beside which it says something
    paper: Callable[[Any], Said] | None = None  # what a print says instead

    @property
    def is_number(self) -> bool:
        return self.kind == "num"

    @property
    def sorts(self) -> bool:
        return self.order is not None


@dataclass(frozen=True, slots=True)
class ListedRecord(Generic[R]):
    """A record with what was read beside it, once for all rows of a page. A list that reads more declares a
    kind of its own, and gives it as `shown`.
    """

    record: R


def _record(row: Any) -> Any:
    return row.record if isinstance(row, ListedRecord) else row


def endpoint_of(model: Any, page: str) -> str:
    """The endpoint of a page of the feature that a model belongs to: leads.detail."""
    _app, _group, feature, *_rooms = model.__module__.split(".")
    return f"{feature}.{page}"


# --- columns that lists have in common ---


def of(
    attribute: InstrumentedAttribute[Any],
    cell: Callable[[Any], Said] | None = None,
    *,
    sorts: bool = False,
    **more: Any,
) -> ListColumn:
    """The column of a mapped attribute, called as it is called, saying what it holds unless told otherwise:
    `of(Project.number, kind="nowrap")`. Of an id it says the name of what that stands for.
    """
    told = {"key": attribute.key, "order": attribute if sorts else None, **more}
    return ListColumn(label=short_of(attribute), cell=cell or _said(attribute), **told)


def _said(attribute: InstrumentedAttribute[Any]) -> Callable[[Any], Said]:
    key = attribute.key
    return lambda row: _plain(getattr(_record(row), key.removesuffix("_id")), names=key.endswith("_id"))


def _plain(value: Any, *, names: bool) -> Said:
    if isinstance(value, datetime):
        return in_beijing(value).date()
    if isinstance(value, LabelledEnum):
        return value.label
    said: Said = value.name if names and value is not None else value
    return said


def leading(attribute: InstrumentedAttribute[Any], *, page: str = "", **more: Any) -> ListColumn:
    """The first one: it leads to the page of the record, and says where that is confidential. A list that has
    an `endpoint` of its own names that `page` too.
    """
    says, page = _said(attribute), page or endpoint_of(attribute.class_, "detail")

    def cell(row: Any) -> Cell:
        record = _record(row)
        tags = ("保密",) if getattr(record, "confidential", False) else ()
        return Cell(str(says(row)), page=(page, record.public_id), tags=tags)

    return of(attribute, cell, **more)


def day(attribute: InstrumentedAttribute[Any], **more: Any) -> ListColumn:
    """A day, or the day of an instant: signed of `signed_on`, updated of `updated_at`."""
    key = attribute.key.removesuffix("_on").removesuffix("_at")
    return of(attribute, **{"key": key, "kind": "date", "width": "date", **more})


def holder(unit: InstrumentedAttribute[Any]) -> ListColumn:
    """The resident team that holds a record, or else the unit."""

    def cell(row: Any) -> str:
        record = _record(row)
        return str((record.team or record.unit).name)

    return of(unit, cell, kind="nowrap")


def money(
    attribute: InstrumentedAttribute[Any],
    shown: Callable[[int | None], str],
    unit: str,
    *,
    written: InstrumentedAttribute[Any] | None = None,
    doubtful: InstrumentedAttribute[Any] | None = None,
) -> ListColumn:
    """A sum in 万元 or 亿元. Where none could be read it says what was `written`; 待核 where `doubtful`."""

    def cell(row: Any) -> Cell:
        record = _record(row)
        amount = getattr(record, attribute.key)
        if written is not None and not amount:
            return Cell(getattr(record, written.key) or "", is_bare=True)
        is_doubtful = doubtful is not None and getattr(record, doubtful.key)
        return Cell(shown(amount), tags=("待核",) if is_doubtful else ())

    return of(attribute, cell, unit=unit, kind="num", width="money", phone="sum", sorts=True)


def lit(key: str, label: str, on: Callable[[Any], Light], **more: Any) -> ListColumn:
    """A light with its words."""
    return ListColumn(
        key=key, label=label, cell=lambda row: Cell(light=on(row)), **{"phone": "light", **more}
    )
