"""What stands in the columns of a row, as the register has it at the moment of drawing."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.storage.db import db
from app.core.values.money import in_words
from app.promotion.leads.models import Lead
from app.promotion.targets.models import TargetEnterprise
from app.promotion.team_reports.enums import ReportColumn as C
from app.promotion.team_reports.rules import DraftedRow
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise
from app.register.reference.queries import industry_names

_LANDS = (UnitKind.PARK, UnitKind.TOWNSHIP)  # where a project may come to stand
_SCOPE = 36  # characters of what a company does


def cells_of(rows: Sequence[DraftedRow], team: Unit) -> list[dict[str, Any]]:
    """The cells of each row by the codes of the columns; sums in 元. Four statements for all of them."""
    leads = _by_id(Lead, {row.lead for row in rows}, Lead.owner, Lead.author, Lead.unit)
    companies = _by_id(Enterprise, {row.enterprise for row in rows})
    targets = _by_id(TargetEnterprise, {row.target for row in rows})
    codes = [*(lead.industry_code for lead in leads.values())]
    names = industry_names([*codes, *(company.industry_code for company in companies.values())])
    found = []
    for row in rows:
        company, lead = companies[row.enterprise], leads.get(row.lead)
        target = targets.get(row.target)
        cells = _of_company(company, team) | {C.PROGRESS: row.progress, C.FOLLOWERS: "、".join(row.people)}
        if target is not None:
            cells[C.CONTENT] = target.note
        if lead is not None:
            cells |= _of_lead(lead, row.people)
        code = (lead.industry_code if lead else None) or company.industry_code
        cells[C.INDUSTRY] = names.get(code or "", "")
        found.append({column.value: cells[column] for column in C if cells.get(column) not in (None, "")})
    return found


def _by_id(model: Any, ids: Collection[int | None], *beside: Any) -> dict[int | None, Any]:
    wanted = {each for each in ids if each is not None}
    query = select(model).where(model.id.in_(sorted(wanted))).options(*map(joinedload, beside))
    return {row.id: row for row in db.session.scalars(query)} if wanted else {}


def _of_company(company: Enterprise, team: Unit) -> dict[C, Any]:
    capital = f"注册资本 {in_words(company.capital)}。" if company.capital else ""
    scope = company.scope if len(company.scope) <= _SCOPE else f"{company.scope[:_SCOPE]}…"
    return {
        C.INVESTOR: company.name,
        C.PROFILE: f"{capital}{scope}",
        C.ZONE: team.name.removeprefix("驻").removesuffix("组"),
        C.TEAM: team.name,
    }


def _of_lead(lead: Lead, people: Collection[str]) -> dict[C, Any]:
    return {
        C.PROJECT: lead.name,
        C.FIXED: lead.fixed_amount,
        C.TOTAL: lead.amount or None,
        C.CONTENT: lead.content,
        C.LAND: str(lead.land_mu.normalize()) if lead.land_mu else None,
        C.VERDICT: lead.assessment or None,
        C.FOLLOWERS: "、".join(dict.fromkeys([lead.owner.name, *people])),
        C.FIRST_REPORTER: lead.author.name,
        C.LANDING: lead.unit.name if lead.unit.kind in _LANDS else "",
    }
