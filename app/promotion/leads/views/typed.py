"""What was typed about a lead, read: industry, numbers, people."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.values.errors import RuleBroken
from app.promotion.leads.forms import EditLeadForm, NewLeadForm
from app.register.accounts import queries as accounts
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, Unit
from app.register.reference.queries import read_industry


def _industry_code(text: str, name: str) -> str:
    if not text:
        return ""
    found = read_industry(text)
    if found is None:
        raise RuleBroken({name: f"没有找到行业「{text}」，请写国标行业代码或全称，例如 C38"})
    return found.code


def plain_units() -> list[Unit]:
    return [unit for unit in accounts.list_units() if unit.kind is not UnitKind.RESIDENT_TEAM]


def shared_numbers(form: NewLeadForm | EditLeadForm) -> dict[str, Any]:
    """Fields that need reading, the same at registration and in an edit."""
    return {
        "industry_code": _industry_code(form.industry_code.data or "", "industry_code") or None,
        "fixed_amount": form.fixed_amount.reading.yuan,
        "land_mu": form.land_mu.data,
        "jobs_planned": form.jobs_planned.data,
    }


def named_members(chosen: Sequence[str] | None, people: Mapping[str, Person]) -> tuple[int, ...]:
    """Inner ids of the people named on a lead; raises RuleBroken for one who is not (or no longer) here."""
    unknown = [public_id for public_id in chosen or () if public_id not in people]
    if unknown:
        raise RuleBroken({"members": "点名的人里有人不在名单里，请重新选"})
    return tuple(people[public_id].id for public_id in chosen or ())


def people_by_public_id(*already: Person) -> dict[str, Person]:
    """People still here, and those who stood there before they left."""
    return {person.public_id: person for person in [*accounts.list_people(), *already]}
