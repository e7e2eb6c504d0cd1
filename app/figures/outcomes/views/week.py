"""一周动态: the teams of a week beside each other, or one team by its members."""

from typing import Any

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.figures.outcomes import queries
from app.figures.outcomes.queries import WeekSheet
from app.figures.outcomes.rules import WorkWeek, week_around
from app.figures.outcomes.views.blueprint import bp, note
from app.register.accounts.enums import Permission as P

MOST_VISITS = 8  # of a team beside others; its own page has all
MOST_STEPS = 100  # likewise


def _asked() -> WeekSheet:
    """`?on=2026-11-23&team=`: this week, and all teams that this person may look at; a single one at once."""
    week, me = week_around(pages.read_date("on", "日期"), today()), require_actor()
    teams, asked = queries.teams_in(week, me), pages.read_text("team", 20)
    team = next((each for each in teams if each.public_id == asked), None)
    if asked and team is None:
        raise NotFound
    if len(teams) == 1:
        team = teams[0]
    return queries.week_sheet(week, teams, team, me)


def _address(of: WeekSheet, **changed: Any) -> dict[str, Any]:
    team = of.team.public_id if of.team else None
    return {"on": of.week.monday.isoformat(), "team": team, **changed}


def _choices(of: WeekSheet) -> list[dict[str, Any]]:
    """All teams and each of them, where there are several."""
    if len(of.teams) < 2:
        return []
    every = [(None, "各组"), *((each.public_id, each.name) for each in of.teams)]
    chosen = of.team.public_id if of.team else None
    return [
        {"label": label, "url": url_for("outcomes.week", **_address(of, team=key)), "active": key == chosen}
        for key, label in every
    ]


def _weeks(of: WeekSheet) -> list[dict[str, Any]]:
    week = of.week
    this = week_around(None, week.today)
    days = [("上一周", week.before), ("本周", this.monday), *([("下一周", week.after)] if week.after else [])]
    return [
        {
            "label": label,
            "url": url_for("outcomes.week", **_address(of, on=day.isoformat())),
            "active": day == week.monday,
        }
        for label, day in days
        if day
    ]


def _title(of: WeekSheet) -> str:
    return f"一周动态（{of.team.name if of.team else '各组'}）"


def _known(week: WorkWeek) -> str:
    return f"本周还没过完，算到 {week.until.isoformat()}" if week.is_running else ""


def _shown(of: WeekSheet) -> dict[str, Any]:
    return {
        "of": of,
        "asked": _address(of),
        "known": _known(of.week),
        "most": MOST_VISITS if of.team is None else None,
        "most_steps": MOST_STEPS if of.team is None else None,
    }


@bp.get("/outcomes/week")
@requires(P.OUTCOMES_READ)
def week() -> str:
    """一周动态."""
    of = _asked()
    return render_template("outcomes/week.html", choices=_choices(of), weeks=_weeks(of), **_shown(of))


@bp.get("/outcomes/week/print")
@requires(P.OUTCOMES_READ)
@costs(sheets.PRINTS)
def printed_week() -> str:
    """一周动态，印在 A4 上."""
    of = _asked()
    watermark = f"{require_actor().name} {today():%Y-%m-%d}"
    page = render_template("outcomes/week_paper.html", watermark=watermark, title=_title(of), **_shown(of))
    note("print", f"打印「{_title(of)}」{of.week.words}")
    return page
