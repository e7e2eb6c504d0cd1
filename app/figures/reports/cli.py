"""`flask funnel`: the page's own figures for the shell."""

import json
from datetime import UTC, date, datetime
from typing import Any

import click
from flask.cli import with_appcontext

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.core.records.metrics import Amounted
from app.core.storage.db import reading
from app.core.values.clock import today
from app.core.values.errors import DomainError
from app.figures.reports.metrics import FUNNEL, ClosedFigures, StageFigures, closed_figures, funnel
from app.figures.reports.policy import extent_for
from app.figures.reports.queries import FunnelFilters
from app.figures.reports.rules import Closed, Period, checked_period
from app.register.accounts.enums import Permission, Role
from app.register.accounts.queries import actor_by_login, get_unit, unit_ids_below

DAY = click.DateTime(["%Y-%m-%d"])
# Whoever may open the shell may count everything; rows stay with those who may see them.
OPERATOR = Actor(
    user_id=None,
    person_id=0,
    name="命令行",
    roles=frozenset({Role.LEADER}),
    permissions=frozenset({Permission.FUNNEL_READ, Permission.COUNT_CONFIDENTIAL}),
    reach=Reach.COUNTY,
)


@click.command("funnel")
@click.option("--as-of", type=DAY, help="截至日，2026-10-31；默认今天")
@click.option("--from", "start", type=DAY, help="期间开始，默认当年 1 月 1 日")
@click.option("--to", "end", type=DAY, help="期间结束，默认截至日")
@click.option("--known-at", type=click.DateTime(), help="按这一刻已录入的台账（世界时）")
@click.option("--unit", help="单位的公开编号")
@click.option("--as", "login", help="按这个账号可见的范围")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def funnel_command(
    *,
    as_of: datetime | None,
    start: datetime | None,
    end: datetime | None,
    known_at: datetime | None,
    unit: str | None,
    login: str | None,
    as_json: bool,
) -> None:
    """转化漏斗：存量、本期进入、同一批走到、流失、中位天数（金额单位：元）。"""
    with reading():
        try:
            period = checked_period(_day(start), _day(end), _day(as_of), _utc(known_at), today())
            actor = actor_by_login(login) if login else OPERATOR
            filters = FunnelFilters(unit_ids=unit_ids_below(get_unit(unit).id)) if unit else FunnelFilters()
            figures = funnel(actor, period, filters)
            closed = closed_figures(actor, period, today(), filters)
        except DomainError as refusal:
            raise click.ClickException(str(refusal) or "没有找到这个账号或单位") from refusal
    if as_json:
        click.echo(json.dumps(as_mapping(figures, closed, period, actor), ensure_ascii=False))
        return
    for row in figures:
        click.echo(
            f"{row.stage.label}\t存量 {row.stock.count}\t进入 {row.entered.count}\t走到 {row.cohort.count}"
        )
    if closed is not None:
        click.echo(f"保密（每满 3 条计一次）\t存量 {closed.stock.count}\t走到 {closed.cohort.count}")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _utc(given: datetime | None) -> datetime | None:
    return given.replace(tzinfo=UTC) if given else None


def _amounted(figure: Amounted | Closed) -> dict[str, int]:
    return {"count": figure.count, "amount_yuan": figure.amount}


def as_mapping(
    figures: list[StageFigures], closed: ClosedFigures | None, period: Period, actor: Actor
) -> dict[str, Any]:
    """The funnel as plain data; amounts in 元, days as numbers. `confidential` is beside the stages: null
    where it is not counted, a count of 0 means fewer than three.
    """
    return {
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "as_of": period.as_of.isoformat(),
        "known_at": period.known_at.isoformat() if period.known_at else None,
        "basis": extent_for(actor).label,
        "definitions": {metric.figure.value: metric.version for metric in FUNNEL},
        "confidential": None
        if closed is None
        else {
            "stock": _amounted(closed.stock),
            "cohort": _amounted(closed.cohort),
            "lost": _amounted(closed.lost),
        },
        "stages": [
            {
                "stage": row.stage.value,
                "label": row.stage.label,
                "stock": _amounted(row.stock),
                "entered": _amounted(row.entered),
                "cohort": _amounted(row.cohort),
                "lost": _amounted(row.lost),
                "median_days": row.median_days,
            }
            for row in figures
        ],
    }
