"""A report is sent, returned with words, accepted. Of two who decide at once one wins, the other is told."""

from app.core.access.auth import require_actor
from app.core.records.versions import claim_whole
from app.core.storage.db import db
from app.core.values.clock import in_beijing, now
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.labels import label_of
from app.promotion.team_reports import policy, queries, rules
from app.promotion.team_reports.enums import ReportAct, ReportState
from app.promotion.team_reports.models import TeamReport, TeamReportEntry
from app.promotion.team_reports.services.drafting import NOT_THEIRS, draw

NOT_DECIDED_BY = "报告由招商局负责人和招商干部收下或退回，自己组的不由自己办"
_STATE_AFTER = {
    ReportAct.SENT: ReportState.SUBMITTED,
    ReportAct.RETURNED: ReportState.RETURNED,
    ReportAct.ACCEPTED: ReportState.ACCEPTED,
}
_LABEL = label_of(TeamReport.state)


def send(report: TeamReport, seen: int) -> None:
    """Sends it as it was drawn. Raises NotAllowed, Stale, and RuleBroken when it was sent already or lacks
    what it must say.
    """
    _must_be_writable(report)
    _refuse_a_second(report)
    claim_whole(
        report,
        seen,
        ReportAct.SENT.label,
        label=_LABEL,
        agrees=lambda: report.state not in rules.OPEN,  # sent by another one meanwhile: told as such
    )
    _refuse_a_second(report)
    _check(report)
    _send(report, is_silent=_says_nothing(report))


def send_silent(report: TeamReport) -> None:
    """本周没有新情况, drawn and sent at once. Raises as `send` does, and RuleBroken when there are logs."""
    _must_be_writable(report)
    _refuse_a_second(report)
    draw(report)
    if report.drawn:
        told = f"{report.period.words}有 {len(report.drawn)} 条记录，不能报没有新情况；打开草稿看一遍再报"
        raise RuleBroken(told)
    for row in report.rows:
        row.left_out = True
    _check(report, is_silent=True)
    _send(report, is_silent=True)


def must_say_why(report: TeamReport, *, is_silent: bool) -> bool:
    """Whether the report asks why nothing happened for so long."""
    before = queries.silent_before(report.team_id, report.period)
    return rules.must_say_why(report.kind, is_silent, before)


def lacks_reason(report: TeamReport) -> bool:
    """Whether an open report cannot be sent before somebody writes why nothing happened."""
    is_asked = must_say_why(report, is_silent=_says_nothing(report))
    return report.state in rules.OPEN and is_asked and not report.silent_reason.strip()


def _says_nothing(report: TeamReport) -> bool:
    return all(row.left_out for row in report.rows)


def _check(report: TeamReport, *, is_silent: bool | None = None) -> None:
    silent = _says_nothing(report) if is_silent is None else is_silent
    if must_say_why(report, is_silent=silent) and not report.silent_reason.strip():
        period = "这一期" if report.kind.value != "week" else ""
        raise RuleBroken({"silent_reason": f"{period}没有新情况，要写原因" if period else rules.WHY_SILENT})


def _must_be_writable(report: TeamReport) -> None:
    if not policy.may_write(require_actor(), report):
        raise NotAllowed(NOT_THEIRS)


def _refuse_a_second(report: TeamReport) -> None:
    if report.state in rules.OPEN or report.sent_at is None:
        return
    by = f"由{report.sent_by.name}" if report.sent_by else ""
    at = f"{in_beijing(report.sent_at):%Y-%m-%d %H:%M}"
    raise RuleBroken(f"{report.name} {at} 已经{by}报送，不用再报；要补的写进下一期")


def _send(report: TeamReport, *, is_silent: bool) -> None:
    actor = require_actor()
    report.is_silent = is_silent
    report.sent_at = report.sent_at or now()
    report.sent_by_id = report.sent_by_id or actor.person_id
    _enter(report, ReportAct.SENT)


def accept(report: TeamReport, seen: int, words: str = "") -> None:
    """Raises NotAllowed, and Stale when somebody has decided since."""
    _decide(report, seen, ReportAct.ACCEPTED, words)


def give_back(report: TeamReport, seen: int, words: str) -> None:
    """Back to its team, with what is to be mended. Raises as `accept` does."""
    if not words.strip():
        raise RuleBroken({"words": "写清退回要改什么，例如：第 2 行的投资额核实后再报"})
    _decide(report, seen, ReportAct.RETURNED, words)


def _decide(report: TeamReport, seen: int, act: ReportAct, words: str) -> None:
    actor = require_actor()
    if not policy.may_decide_any(actor, report):
        raise NotAllowed(NOT_DECIDED_BY)
    claim_whole(
        report,
        seen,
        act.label,
        label=_LABEL,
        stands=lambda _changed: report.state.label,
        may_go_on=lambda: policy.may_decide(actor, report),
    )
    if report.state is not ReportState.SUBMITTED:
        raise RuleBroken(f"{report.name}{report.state.label}，现在不用收下或退回")
    _enter(report, act, words)


def _enter(report: TeamReport, act: ReportAct, words: str = "") -> None:
    report.state = _STATE_AFTER[act]
    report.updated_at = now()
    report.entries.append(TeamReportEntry(act=act, person_id=require_actor().person_id, words=words))
    db.session.flush()
