"""签约算谁的: three answers side by side, each open to its contracts."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.clock import today
from app.core.values.credit import WHOLE
from app.core.values.errors import NotFound
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.figures.outcomes import metrics, queries
from app.figures.outcomes.enums import ComparedBy, CreditSide
from app.figures.outcomes.views.blueprint import address_of, asked_by, asked_days, bp, note, segments_of
from app.register.accounts.enums import Permission as P

_BY = (ComparedBy.TEAM, ComparedBy.PERSON)


def _shown() -> dict[str, Any]:
    days, by = asked_days(), asked_by(*_BY)
    return {
        "of": metrics.credits_of(by, days, require_actor()),
        "asked": address_of(days, by=by.value),
        "metrics": metrics.BY_SIDE,
    }


@bp.get("/outcomes/credit")
@requires(P.OUTCOMES_READ)
def credit() -> str:
    """签约算谁的."""
    above = segments_of("outcomes.credit", asked_by(*_BY), asked_days(), *_BY)
    return render_template("outcomes/credit.html", **above, **_shown())


@bp.get("/outcomes/credit/print")
@requires(P.OUTCOMES_READ)
@costs(sheets.PRINTS)
def printed_credit() -> str:
    """签约算谁的，印在 A4 上."""
    shown = _shown()
    watermark = f"{require_actor().name} {today():%Y-%m-%d}"
    page = render_template("outcomes/credit_paper.html", watermark=watermark, **shown)
    note("print", f"打印「签约算谁的（按{shown['of'].by.label}）{shown['of'].days.words}」")
    return page


@bp.get("/outcomes/credit/rows")
@requires(P.OUTCOMES_READ)
def credit_rows() -> str:
    """算给谁的是哪些签约，`?side=` 按哪一种算、`?who=` 是谁；不说是谁就是全部."""
    days, by, me = asked_days(), asked_by(*_BY), require_actor()
    side = pages.read_member("side", "按哪一种算", CreditSide) or CreditSide.FIRST
    asked, of = pages.read_text("who", 20), metrics.credits_of(by, days, me)
    line = next((each for each in of.lines if each.who and each.who.public_id == asked), None)
    if line is None and (asked or of.total is None):
        raise NotFound
    who = line.who if line else None
    parts = [
        part
        for part in metrics.parts_of(by, days)
        if part.side is side and (not who or part.holder == who.id)
    ]
    theirs: dict[int, list[int]] = {}
    for part in parts:
        credit, amount = theirs.get(part.lead, [0, 0])
        theirs[part.lead] = [credit + part.credit, amount + part.amount]
    leads = queries.leads_open_to(me, theirs)
    return render_template(
        "outcomes/credit_rows.html",
        who=who,
        side=side,
        days=days,
        asked=address_of(days, by=by.value),
        shown=[(leads[each], *both) for each, both in theirs.items() if each in leads],
        closed=len(theirs) - len(leads),
        credit=sum(part.credit for part in parts) / WHOLE,
        amount=sum(part.amount for part in parts),
        whole=WHOLE,
        metric=metrics.BY_SIDE[side],
    )
