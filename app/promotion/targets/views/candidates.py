"""Who could fill a link, out of the whole library, to be taken up as targets."""

from typing import Any

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SEARCHES, SearchUnavailable
from app.core.values.labels import label_of
from app.core.web import pages
from app.core.web.budgets import costs
from app.promotion.targets import queries
from app.promotion.targets.queries import CandidateRow, CandidatesAsked
from app.promotion.targets.views.blueprint import Answer, bp
from app.register.accounts.enums import Permission as P
from app.register.chains import queries as chains
from app.register.enterprises.models import Enterprise
from app.register.reference.filters import ByRegion
from app.register.reference.queries import division_names

_REGION = ByRegion(column=Enterprise.region_code)
_CAPITAL = f"{label_of(Enterprise.capital)}至少（万元）"
_WAN = 10_000
_MOST_WAN = 100_000_000  # a trillion 元: more than any company has
_MET = {"yes": "联系过", "no": "没有联系过"}


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
        fields=_fields(narrowed),
        is_narrowed=narrowed != CandidatesAsked(),
        most=queries.SHOWN,
        places=division_names({row.company.region_code for row in rows if row.company.region_code}),
    )
    return page, 503 if away else 200


def _narrowed() -> CandidatesAsked:
    """What the address asks for. Raises RuleBroken."""
    capital = pages.read_int("capital", _CAPITAL, least=1, most=_MOST_WAN)
    met = pages.read_choice("met", "联系过没有", _MET.items())
    return CandidatesAsked(
        _REGION.read(), capital * _WAN if capital else None, {"yes": True, "no": False}.get(met)
    )


def _fields(narrowed: CandidatesAsked) -> list[dict[str, Any]]:
    """The query form, as lists have it."""
    met = {True: "yes", False: "no", None: ""}[narrowed.met]
    capital = narrowed.capital // _WAN if narrowed.capital else ""
    return [
        {
            "kind": _REGION.field,
            "name": _REGION.name,
            "label": _REGION.label,
            "value": _REGION.typed(narrowed.region),
            "picks": _REGION.picks,
            "hint": _REGION.hint,
        },
        {"kind": "text", "name": "capital", "label": _CAPITAL, "value": capital, "hint": ""},
        {
            "kind": "select",
            "name": "met",
            "label": "联系过没有",
            "choices": list(_MET.items()),
            "value": met,
            "empty": "全部",
        },
    ]
