"""会前要点: what to know of a company before one goes there, on the phone and on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.core.web import sheets
from app.core.web.budgets import costs
from app.promotion.outings import policy, queries
from app.promotion.outings.queries import Briefing
from app.promotion.outings.views.blueprint import bp
from app.register.accounts.enums import Permission as P
from app.register.enterprises.models import Enterprise
from app.register.enterprises.rules import masked_phone
from app.register.reference.queries import division_names, industry_names


@dataclass(frozen=True, slots=True)
class BriefingSheet:
    """What is printed of a company: what the library says, and what to ask, as written or else as drafted."""

    of: Briefing
    company: Enterprise
    facts: Sequence[tuple[str, str]]
    ask: str
    is_drafted: bool


def _sheets(briefings: Sequence[Briefing]) -> list[BriefingSheet]:
    companies = {one.stop: one.stop.enterprise for one in briefings if one.stop.enterprise is not None}
    industries = industry_names({company.industry_code for company in companies.values()})
    places = division_names({company.region_code for company in companies.values()})
    return [
        BriefingSheet(
            one,
            company,
            _facts(company, industries, places),
            one.stop.ask or queries.drafted(one),
            not one.stop.ask,
        )
        for one in briefings
        if (company := companies.get(one.stop)) is not None
    ]


def _facts(
    company: Enterprise, industries: Mapping[str, str], places: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What the library knows of a company; what it does not know is left out."""
    capital = in_words(company.capital) if company.capital is not None else company.capital_text or ""
    since = company.established_on.isoformat() if company.established_on else ""
    told = {
        Enterprise.credit_code: company.credit_code or "",
        Enterprise.status: company.status.label,
        Enterprise.established_on: since,
        Enterprise.capital: capital,
        Enterprise.industry_code: industries.get(company.industry_code or "", ""),
        Enterprise.region_code: places.get(company.region_code or "", ""),
        Enterprise.headcount: f"{company.headcount:,} 人" if company.headcount is not None else "",
        Enterprise.scope: company.scope,
    }
    return [(label_of(column), words) for column, words in told.items() if words]


@bp.get("/outings/stops/<public_id>")
@requires(P.OUTINGS_READ)
def sheet(public_id: str) -> str:
    """一家企业的会前要点."""
    actor, stop = require_actor(), queries.get_stop(public_id)
    found = _sheets(queries.briefings_of([stop], actor))
    if not found:  # what is at no company has no sheet
        raise NotFound
    line = next(one for one in queries.lines_of(stop.outing, actor) if one.stop is stop)
    return render_template(
        "outings/sheet.html",
        sheet=found[0],
        stop=stop,
        outing=stop.outing,
        line=line,
        masked=masked_phone,
        may_change=policy.may_change(actor, stop.outing),
    )


@bp.get("/outings/<public_id>/print")
@requires(P.OUTINGS_READ)
@costs(sheets.PRINTS)
def printed_sheets(public_id: str) -> str:
    """日程和所有会前要点，印在 A4 上；号码不印."""
    actor, outing = require_actor(), queries.get_outing(public_id)
    lines = queries.lines_of(outing, actor)
    briefings = queries.briefings_of([line.stop for line in lines], actor)
    page = render_template(
        "outings/paper.html",
        outing=outing,
        lines=lines,
        sheets=_sheets(briefings),
        masked=masked_phone,
        watermark=f"{actor.name} {today():%Y-%m-%d}",
    )
    subject, summary = subject_of(outing), f"打印「{outing.name}」的日程和 {len(briefings)} 家会前要点"
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.print", subject, summary)
    return page
