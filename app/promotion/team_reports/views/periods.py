"""All teams of a week, month or quarter side by side."""

from datetime import date

from flask import redirect, render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.web import pages
from app.promotion.team_reports import policy, queries, showing
from app.promotion.team_reports.enums import ReportFigure, ReportKind
from app.promotion.team_reports.rules import ReportPeriod
from app.promotion.team_reports.views.blueprint import Answer, bp
from app.register.accounts.enums import Permission as P


def _address(period: ReportPeriod) -> str:
    if period.kind is ReportKind.WEEK:
        return url_for("team_reports.week", monday=period.first.isoformat())
    return url_for("team_reports.period", kind=period.kind.value, day=period.first.isoformat())


@bp.get("/team_reports/period")
@requires(P.TEAM_REPORTS_READ)
def period() -> Answer:
    """各组并排看：某一周、月、季度."""
    kind = pages.read_member("kind", "种类", ReportKind) or ReportKind.WEEK
    return _page(ReportPeriod.of(kind, pages.read_date("day", "哪一天") or today()))


@bp.get("/team_reports/weeks/<monday>")
@requires(P.TEAM_REPORTS_READ)
def week(monday: str) -> Answer:
    """各组并排看：某一周."""
    try:
        day = date.fromisoformat(monday)
    except ValueError:
        raise NotFound from None
    if not 2000 <= day.year <= 2100:
        raise NotFound
    found = ReportPeriod.of(ReportKind.WEEK, day)
    return _page(found) if found.first == day else redirect(_address(found))


def _page(period: ReportPeriod) -> str:
    actor = require_actor()
    rows = queries.side_by_side(period, actor)
    current = ReportPeriod.of(period.kind, today())
    return render_template(
        "team_reports/period.html",
        period=period,
        rows=rows,
        due=queries.due_at(period),
        figures=[(figure, showing.COUNTED[figure]) for figure in ReportFigure],
        sums={figure: sum(row.figures[figure] for row in rows) for figure in ReportFigure},
        may_write={row.team.id for row in rows if policy.may_write_for(actor, row.team.id)},
        kinds=[
            {
                "label": kind.label,
                "url": _address(ReportPeriod.of(kind, min(period.last, today()))),
                "active": kind is period.kind,
            }
            for kind in ReportKind
        ],
        before_url=_address(period.before),
        after_url=_address(period.after) if period.first < current.first else None,
    )
