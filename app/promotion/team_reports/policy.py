"""Who may see a report, write it, decide on it: its team writes, the 招商局 decides.

A report is seen as what the team holds is seen. What is confidential never stands in one, nor is it counted;
a row about a lead that has become confidential since is shown to those alone who see the lead.
"""

from app.core.access.auth import Actor
from app.core.access.scopes import Access
from app.promotion.team_reports.enums import ReportState
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.rules import OPEN
from app.register.accounts.enums import Permission

REPORT_ACCESS = Access(TeamReport)
visible, may_see = REPORT_ACCESS.visible, REPORT_ACCESS.may_see


def may_write_for(actor: Actor, team_id: int) -> bool:
    """Whether somebody writes the reports of a team: who is in it today."""
    return actor.may(Permission.TEAM_REPORTS_WRITE) and team_id in actor.team_ids


def may_write(actor: Actor, report: TeamReport) -> bool:
    return may_write_for(actor, report.team_id)


def may_change(actor: Actor, report: TeamReport) -> bool:
    """One that was sent is changed no more, unless it was returned."""
    return report.state in OPEN and may_write(actor, report)


def may_decide_any(actor: Actor, report: TeamReport) -> bool:
    """Whoever decides on reports and sees this one, but nobody on that of their own team."""
    is_own = report.team_id in actor.team_ids
    return actor.may(Permission.TEAM_REPORTS_DECIDE) and not is_own and may_see(actor, report)


def may_decide(actor: Actor, report: TeamReport) -> bool:
    return report.state is ReportState.SUBMITTED and may_decide_any(actor, report)
