"""What resident teams reported, and what the bureau said to it."""

from collections.abc import Callable
from typing import Any

from app.county.demo import acts
from app.promotion.team_reports import queries
from app.promotion.team_reports import services as reports
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.rules import ReportPeriod

_WHY_SILENT = "几家重点企业都在等总部批复"


def _write(loader: Any, act: acts.ReportTeam) -> None:
    report = reports.begin(loader.units[act.team], act.kind, act.on)
    if act.note and report.rows:
        reports.change_row(report.rows[0], report.rows[0].version, act.note, left_out=False)
    if not act.is_sent:
        return
    why = _WHY_SILENT if reports.lacks_reason(report) else report.silent_reason
    reports.put_into_words(report, report.version, act.summary if report.rows else "", why)
    reports.send(report, report.version)


def _decide(loader: Any, act: acts.DecideReport) -> None:
    report = _report(loader, act)
    if act.is_returned:
        reports.give_back(report, report.version, act.words)
    else:
        reports.accept(report, report.version, act.words)


def _report(loader: Any, act: acts.DecideReport) -> TeamReport:
    found = queries.report_of(loader.units[act.team].id, ReportPeriod.of(act.kind, act.on))
    assert found is not None, f"{act.team} has not reported of {act.on}"
    return found


DOING: dict[type[acts.Deed], Callable[[Any, Any], None]] = {
    acts.ReportTeam: _write,
    acts.DecideReport: _decide,
}
