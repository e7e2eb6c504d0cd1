"""What a list can be narrowed by. Each filter reads its own parameter of the URL and gives its condition, the
words of its chip and what its field offers; those that know units, people or trades stand in their features.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ColumnElement

from app.core.values import money
from app.core.values.enums import LabelledEnum
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.core.web import pages

Condition = ColumnElement[bool]
Column = Any  # a mapped column, whose type depends on the model
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter(ABC):
    """One parameter of a list's URL. A value of None is "any"."""

    name: str
    label: str
    folded: bool = False  # under 更多条件
    says_more: bool = False  # than the state of the list: asked for, rows of every state are shown

    field: ClassVar[str] = "text"  # which field the template draws
    empty: ClassVar[str] = "全部"

    @abstractmethod
    def read(self) -> Any:
        """What the URL asks for. Raises RuleBroken({name: sentence})."""

    @abstractmethod
    def condition(self, value: Any) -> Condition:
        """What holds for the rows that a value keeps."""

    def of_any(self) -> Sequence[Condition]:
        """What holds when nothing is asked for."""
        return ()

    def words(self, value: Any) -> str:
        """The chip of a value."""
        return str(value)

    def choices(self, value: Any) -> Choices:
        """(code, label) pairs, for fields that offer some."""
        return ()

    def typed(self, value: Any) -> str:
        """What stands in the field."""
        return pages.read_text(self.name)

    def written(self, value: Any) -> str | list[str]:
        """A value as it stands in an address, where `read` finds it again."""
        return str(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Text(Filter):
    """Words that a row must hold."""

    holds: Callable[[str], Condition]
    hint: str = ""

    def read(self) -> str | None:
        return pages.read_text(self.name) or None

    def condition(self, value: str) -> Condition:
        return self.holds(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class OneMember(Filter):
    """One member of an enum."""

    members: type[LabelledEnum]
    holds: Callable[[Any], Condition]

    field: ClassVar[str] = "select"

    def read(self) -> LabelledEnum | None:
        return pages.read_member(self.name, self.label, self.members)

    def condition(self, value: LabelledEnum) -> Condition:
        return self.holds(value)

    def words(self, value: LabelledEnum) -> str:
        return value.label

    def choices(self, value: Any) -> Choices:
        return self.members.choices()


@dataclass(frozen=True, kw_only=True, slots=True)
class AnyMember(Filter):
    """Any number of members of an enum; the field offers them one by one, links ask for several."""

    members: type[LabelledEnum]
    column: Column
    offers: Callable[[], Iterable[tuple[str, str]]] | None = None  # where the county calls its members

    field: ClassVar[str] = "select"

    def read(self) -> frozenset[LabelledEnum] | None:
        return pages.read_members(self.name, self.label, self.members) or None

    def condition(self, value: frozenset[LabelledEnum]) -> Condition:
        found: Condition = self.column.in_(value)
        return found

    def words(self, value: frozenset[LabelledEnum]) -> str:
        called = dict(self.choices(value))
        return "、".join(called[member] for member in self.members if member in value)

    def written(self, value: frozenset[LabelledEnum]) -> list[str]:
        return [member.value for member in self.members if member in value]

    def choices(self, value: Any) -> Choices:
        return list(self.offers()) if self.offers else self.members.choices()


@dataclass(frozen=True, kw_only=True, slots=True)
class YesOnly(Filter):
    """Yes, or any."""

    folded: bool = True
    yes: str  # 只看保密
    holds: Callable[[], Condition]

    field: ClassVar[str] = "select"

    def read(self) -> bool | None:
        return pages.read_flag(self.name, self.label) or None

    def condition(self, value: bool) -> Condition:
        return self.holds()

    def words(self, value: bool) -> str:
        return self.yes

    def choices(self, value: Any) -> Choices:
        return [("1", self.yes)]

    def written(self, value: bool) -> str:
        return "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Archived(Filter):
    """The archive, or what is in use."""

    name: str = "archived"
    label: str = "归档"
    folded: bool = True
    says_more: bool = True
    column: Column  # archived_at

    field: ClassVar[str] = "select"
    empty: ClassVar[str] = "未归档"

    def read(self) -> bool | None:
        return pages.read_flag(self.name, "只看已归档") or None

    def condition(self, value: bool) -> Condition:
        found: Condition = self.column.is_not(None)
        return found

    def of_any(self) -> Sequence[Condition]:
        return (self.column.is_(None),)

    def words(self, value: bool) -> str:
        return "只看已归档"

    def choices(self, value: Any) -> Choices:
        return [("1", "只看已归档")]

    def written(self, value: bool) -> str:
        return "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Since(Filter):
    """From a day on, which belongs to it."""

    column: Column

    field: ClassVar[str] = "date"

    def read(self) -> date | None:
        return pages.read_date(self.name, self.label)

    def condition(self, value: date) -> Condition:
        found: Condition = self.column >= value
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Until(Filter):
    """Up to a day, which belongs to it and does not lie before the one it is `after`."""

    column: Column
    after: Since

    field: ClassVar[str] = "date"

    def read(self) -> date | None:
        start, end = self.after.read(), pages.read_date(self.name, self.label)
        if start and end and end < start:
            told = f"{self.label} {end} 早于{self.after.label} {start}，请把两个日期对调"
            raise RuleBroken({self.name: told})
        return end

    def condition(self, value: date) -> Condition:
        found: Condition = self.column <= value
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount(Filter):
    """A sum as people write it, in 元."""

    folded: bool = True
    holds: Callable[[int], Condition]
    hint: str = ""

    def read(self) -> int | None:
        asked = pages.read_text(self.name, 30)
        yuan = money.read_amount(asked).definite
        if asked and yuan is None:
            raise RuleBroken({self.name: f"{self.label}要写成数字，单位万元，例如 5000；也可以写 1.2亿"})
        return yuan

    def condition(self, value: int) -> Condition:
        return self.holds(value)

    def words(self, value: int) -> str:
        return money.in_words(value)

    def written(self, value: int) -> str:
        return f"{value}元"


def choice(attribute: Column, members: type[LabelledEnum], **more: Any) -> OneMember:
    """One member of what an attribute holds, called as it is called: `?kind=reception`."""
    told = {"name": attribute.key, "label": label_of(attribute), **more}
    return OneMember(members=members, holds=attribute.__eq__, **told)


def any_of(attribute: Column, members: type[LabelledEnum], **more: Any) -> AnyMember:
    """Any number of them: `?stage=signed&stage=registered`."""
    told = {"name": attribute.key, "label": label_of(attribute), **more}
    return AnyMember(members=members, column=attribute, **told)


def days(column: Column, first: str, last: str, *, folded: bool = True) -> tuple[Since, Until]:
    """`?from=` and `?to=` over one column, labelled 签约不早于 and 签约不晚于."""
    since = Since(name="from", label=first, column=column, folded=folded)
    return since, Until(name="to", label=last, column=column, after=since, folded=folded)


def amounts(column: Column, first: str, last: str) -> tuple[Amount, Amount]:
    """`?least=` and `?most=` over one column, labelled 金额不低于 and 金额不高于."""
    return (
        Amount(name="least", label=first, holds=column.__ge__, hint="万元，或写 1亿"),
        Amount(name="most", label=last, holds=column.__le__, hint="万元，或写 5亿"),
    )


def flag(attribute: Column, yes: str) -> YesOnly:
    """Only what an attribute is true of, called as it is called: `?confidential=1`."""
    label = label_of(attribute)
    return YesOnly(name=attribute.key, label=label, yes=yes, holds=lambda: attribute.is_(True))
