"""Who could fill a link, out of the whole library: a list, and up to five side by side."""

from typing import Any

from flask import render_template, request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SEARCHES, SearchUnavailable
from app.core.values.clock import today, whole_years, years_before
from app.core.values.errors import RuleBroken
from app.core.values.ids import looks_like_public_id
from app.core.values.labels import label_of
from app.core.web import pages
from app.core.web.budgets import costs
from app.promotion.targets import queries
from app.promotion.targets.queries import CandidateRow, CandidatesAsked
from app.promotion.targets.views.blueprint import Answer, bp
from app.register.accounts.enums import Permission as P
from app.register.anchors import queries as anchors
from app.register.chains import queries as chains
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import who_knows
from app.register.reference.filters import ByRegion
from app.register.reference.queries import division_names, industry_names

_REGION = ByRegion(column=Enterprise.region_code)
_CAPITAL = f"{label_of(Enterprise.capital)}至少（万元）"
_YEARS = "成立满（年）"
_HEADCOUNT = f"{label_of(Enterprise.headcount)}至少"
_WAN = 10_000
_MOST_WAN = 100_000_000  # a trillion 元: more than any company has
_MOST_YEARS = 200
_MOST_PEOPLE = 10_000_000
_MET = {"yes": "联系过", "no": "没有联系过"}
LEAST_COMPARED, MOST_COMPARED = 2, 5


@bp.get("/targets/candidates/<public_id>")
@requires(P.TARGETS_WRITE)
@costs(SEARCHES)
def candidates(public_id: str) -> Answer:
    """补环节的候选企业."""
    node = chains.get_node(public_id)
    pages.refusal_leads_to(url_for("chains.node", public_id=public_id))
    narrowed = _narrowed()
    rows, away = list[CandidateRow](), False
    try:
        rows = queries.candidates(node, narrowed, require_actor())
    except SearchUnavailable:
        away = True
    page = render_template(
        "targets/candidates.html",
        node=node,
        rows=rows,
        away=away,
        fields=_fields(),
        is_narrowed=narrowed != CandidatesAsked(),
        most=queries.SHOWN,
        most_compared=MOST_COMPARED,
        places=division_names({row.company.region_code for row in rows if row.company.region_code}),
    )
    return page, 503 if away else 200


@bp.get("/targets/candidates/<public_id>/compare")
@requires(P.TARGETS_WRITE)
def compare(public_id: str) -> str:
    """并排比较候选企业，最多五家."""
    actor, node = require_actor(), chains.get_node(public_id)
    pages.refusal_leads_to(url_for("targets.candidates", public_id=public_id))
    asked = _to_compare()
    rows = queries.compared(node, asked, actor)
    if len(rows) < LEAST_COMPARED:
        raise RuleBroken("选的企业有的已归档或不在库里了，剩下的不够比较，请回去重新勾选")
    companies = [row.company for row in rows]
    return render_template(
        "targets/compare.html",
        node=node,
        rows=rows,
        gone=len(asked) - len(rows),
        needs=_needs(node),
        age=lambda company: whole_years(company.established_on, today()),
        places=division_names({one.region_code for one in companies if one.region_code}),
        trades=industry_names({one.industry_code for one in companies if one.industry_code}),
        known=who_knows([one.id for one in companies], actor),
    )


def _to_compare() -> list[str]:
    """The companies that were ticked. Raises RuleBroken."""
    ids = [one for one in dict.fromkeys(request.args.getlist("ids")) if looks_like_public_id(one)]
    if not LEAST_COMPARED <= len(ids) <= MOST_COMPARED:
        raise RuleBroken(
            f"一次比较 {LEAST_COMPARED} 到 {MOST_COMPARED} 家，现在选了 {len(ids)} 家，请回去重新勾选"
        )
    return ids


def _needs(node: ChainNode) -> list[str]:
    """What anchors buy of the link, each with who buys it."""
    return [
        f"{need.anchor.enterprise.name}要买{need.what}" for need in anchors.needs_of_node(node.id, today())
    ]


def _narrowed() -> CandidatesAsked:
    """What the address asks for. Raises RuleBroken."""
    capital = pages.read_int("capital", _CAPITAL, least=1, most=_MOST_WAN)
    years = pages.read_int("years", _YEARS, least=1, most=_MOST_YEARS)
    met = pages.read_choice("met", "联系过没有", _MET.items())
    return CandidatesAsked(
        region=_REGION.read(),
        capital=capital * _WAN if capital else None,
        founded_by=years_before(today(), years) if years else None,
        headcount=pages.read_int("headcount", _HEADCOUNT, least=1, most=_MOST_PEOPLE),
        met={"yes": True, "no": False}.get(met),
    )


def _fields() -> list[dict[str, Any]]:
    """The query form, as lists have it, with what the address asks for."""
    numbers = {"capital": _CAPITAL, "years": _YEARS, "headcount": _HEADCOUNT}
    return [
        {
            "kind": _REGION.field,
            "name": _REGION.name,
            "label": _REGION.label,
            "value": _REGION.typed(_REGION.read()),
            "picks": _REGION.picks,
            "hint": _REGION.hint,
        },
        *(
            {"kind": "text", "name": name, "label": label, "value": pages.read_text(name, 12), "hint": ""}
            for name, label in numbers.items()
        ),
        {
            "kind": "select",
            "name": "met",
            "label": "联系过没有",
            "choices": list(_MET.items()),
            "value": request.args.get("met", ""),
            "empty": "全部",
        },
    ]
