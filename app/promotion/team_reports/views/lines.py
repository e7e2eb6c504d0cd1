"""Reports on the pages of others."""

from app.core.access.auth import Actor
from app.core.records.kinds import subject_kind
from app.core.values.registries import Naming, RelatedRow, Sought
from app.promotion.team_reports import policy, queries
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.views.blueprint import page_of
from app.register.accounts.enums import Permission as P

KIND = subject_kind(
    policy.REPORT_ACCESS,
    endpoint="team_reports.detail",
    reads=P.TEAM_REPORTS_READ,
    found=queries.get_report,
    may_change=policy.may_change,
    takes_steps=False,
)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The reports whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.TEAM_REPORTS_READ):
        return []
    return [_naming(report) for report in queries.naming(sought, actor)]


def _naming(report: TeamReport) -> Naming:
    line = RelatedRow(report.name, page_of(report), "周报月报：进度备注、项目内容、文字说明、办理意见")
    return Naming("team_report", report.public_id, line)
