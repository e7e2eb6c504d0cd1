"""Filters of lists by place and by trade, each with all that lies within."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import or_

from app.core.records.filters import Column, Condition, Filter
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.core.web import pages
from app.register.accounts.filters import itself
from app.register.reference.models import Division, Industry
from app.register.reference.queries import division_prefixes, likely_division, likely_industry


@dataclass(frozen=True, kw_only=True, slots=True)
class ByRegion(Filter):
    """A place, by name, code or sound. Called like the column."""

    name: str = "region"
    label: str = ""
    column: Column
    within: Callable[[Condition], Condition] = itself

    field: ClassVar[str] = "picker"
    picks: ClassVar[str] = "reference.divisions"
    hint: ClassVar[str] = "名称或代码"

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or label_of(self.column))

    def read(self) -> Division | None:
        asked = pages.read_text(self.name)
        found = likely_division(asked) if asked else None
        if asked and found is None:
            told = f"没有认出这个地区「{asked}」，请从提示里选，或写全称、6 位代码"
            raise RuleBroken({self.name: told})
        return found

    def condition(self, value: Division) -> Condition:
        # Codes of one length: a range is the beginning in any collation.
        inside = (
            self.column.between(one.ljust(6, "0"), one.ljust(6, "9")) for one in division_prefixes(value)
        )
        return self.within(or_(*inside))

    def words(self, value: Division) -> str:
        return value.full_name

    def written(self, value: Division) -> str:
        return value.code


@dataclass(frozen=True, kw_only=True, slots=True)
class ByIndustry(Filter):
    """A trade, by code or name. Called like the column."""

    name: str = "industry"
    label: str = ""
    column: Column

    field: ClassVar[str] = "picker"
    picks: ClassVar[str] = "reference.industries"
    hint: ClassVar[str] = "名称或代码"

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or label_of(self.column))

    def read(self) -> Industry | None:
        asked = pages.read_text(self.name)
        found = likely_industry(asked) if asked else None
        if asked and found is None:
            told = f"没有认出这个行业「{asked}」，请从提示里选，或写国标代码，例如 C38"
            raise RuleBroken({self.name: told})
        return found

    def condition(self, value: Industry) -> Condition:
        found: Condition = self.column.between(value.code, f"{value.code}zzzz")
        return found

    def words(self, value: Industry) -> str:
        return f"{value.name} {value.code}"

    def written(self, value: Industry) -> str:
        return value.code
