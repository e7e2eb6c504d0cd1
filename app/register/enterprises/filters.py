"""Filters of lists by company."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.records.filters import Column, Condition, Filter
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.core.web import pages
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import read_enterprise, why_not_one


def company_asked(name: str = "enterprise") -> Enterprise | None:
    """The company that an address names. Raises RuleBroken with why it is none."""
    asked = pages.read_text(name, 120)
    company = read_enterprise(asked) if asked else None
    if asked and company is None:
        raise RuleBroken({name: why_not_one(asked)})
    return company


@dataclass(frozen=True, kw_only=True, slots=True)
class ByCompany(Filter):
    """One company, by its name, credit code or the id in an address. Called like the column."""

    name: str = "enterprise"
    label: str = ""
    column: Column
    hint: ClassVar[str] = "全称或信用代码"

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or label_of(self.column))

    def read(self) -> Enterprise | None:
        return company_asked(self.name)

    def condition(self, value: Enterprise) -> Condition:
        found: Condition = self.column == value.id
        return found

    def words(self, value: Enterprise) -> str:
        return value.name

    def written(self, value: Enterprise) -> str:
        return value.public_id

    def typed(self, value: Any) -> str:
        return value.name if value else ""
