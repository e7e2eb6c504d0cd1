"""Chains side by side, the rows of their figures, 本月链长要看的."""

from flask import Blueprint, render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.figures.chain_figures.enums import Figure
from app.figures.chain_figures.metrics import (
    BY_FIGURE,
    MOST_LINES,
    ChainMetric,
    ChainMonth,
    comparison,
    month,
    shown_rows,
)
from app.figures.chain_figures.rules import ChainDays, checked_days, month_of
from app.register.accounts.enums import Permission as P
from app.register.chains.models import Chain
from app.register.chains.queries import get_chain

bp = Blueprint("chain_figures", __name__)


def _days() -> ChainDays:
    return checked_days(pages.read_date("from", "开始日期"), pages.read_date("on", "截至日"), today())


@bp.get("/chains/compare")
@requires(P.CHAINS_READ)
def compare() -> str:
    """产业链并排看."""
    return render_template("chain_figures/compare.html", of=comparison(_days(), require_actor()))


def _metric() -> ChainMetric:
    figure = pages.read_member("figure", "数字", Figure)
    if figure is None:
        raise RuleBroken({"figure": "看明细要说明看哪个数字，请从页面上点那个数字"})
    if not require_actor().may(BY_FIGURE[figure].reads):
        raise NotAllowed
    return BY_FIGURE[figure]


@bp.get("/chains/<public_id>/figure")
@requires(P.CHAINS_READ)
def rows(public_id: str) -> str:
    """一条产业链一个数字的明细."""
    chain, metric, days = get_chain(public_id), _metric(), _days()
    found = shown_rows(metric, chain, days, require_actor(), pages.read_page_number())
    in_list = metric.in_list(chain) if days.end == today() else None
    return render_template("chain_figures/rows.html", chain=chain, of=found, days=days, in_list=in_list)


def month_of_chain(chain: Chain) -> str:
    """The address of what whoever is charged with a chain should read this month."""
    return url_for("chain_figures.of_month", public_id=chain.public_id)


def _month(public_id: str) -> ChainMonth:
    days = month_of(pages.read_text("month", 20), today())
    return month(get_chain(public_id), days, require_actor())


@bp.get("/chains/<public_id>/month")
@requires(P.CHAINS_READ)
def of_month(public_id: str) -> str:
    """本月链长要看的."""
    return render_template("chain_figures/month.html", of=_month(public_id), most=MOST_LINES)


@bp.get("/chains/<public_id>/month/print")
@requires(P.CHAINS_READ)
@costs(sheets.PRINTS)
def printed_month(public_id: str) -> str:
    """本月链长要看的，印在 A4 上."""
    of, me = _month(public_id), require_actor()
    watermark = f"{me.name} {today():%Y-%m-%d}"
    page = render_template("chain_figures/paper.html", of=of, most=MOST_LINES, watermark=watermark)
    subject, summary = subject_of(of.chain), f"打印「{of.chain.name}」{of.days.start:%Y-%m} 链长要看的"
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.print", subject, summary)
    return page
