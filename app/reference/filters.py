"""Filters of lists by trade."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core import pages
from app.core.errors import RuleBroken
from app.core.labels import label_of
from app.core.records.filters import Column, Condition, Filter
from app.reference.queries import likely_industry


@dataclass(frozen=True, kw_only=True, slots=True)
class ByIndustry(Filter):
    """A trade with all below it, by code or name. Called like the column."""

    name: str = "industry"
    label: str = ""
    column: Column
    hint: ClassVar[str] = "国标代码或全称，如 C38"

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or label_of(self.column))

    def read(self) -> str | None:
        """The beginning of the codes."""
        asked = pages.read_text(self.name)
        found = likely_industry(asked)
        if asked and found is None:
            told = f"没有找到行业「{asked}」，请从提示里选，或写国标行业代码，例如 C38"
            raise RuleBroken({self.name: told})
        return found.code if found else None

    def condition(self, value: Any) -> Condition:
        found: Condition = self.column.startswith(value, autoescape=True)
        return found
