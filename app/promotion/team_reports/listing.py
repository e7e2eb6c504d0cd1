"""The list of reports, declared."""

from app.core.records.columns import ListColumn, day, leading, lit, of
from app.core.records.filters import Text, choice, days
from app.core.records.listing import Listing
from app.core.records.tabs import State, View, each_of
from app.core.values.labels import label_of
from app.promotion.team_reports import policy, queries, showing
from app.promotion.team_reports.enums import ReportKind, ReportState
from app.promotion.team_reports.models import TeamReport
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByTeam

TEAM_REPORTS = Listing(
    model=TeamReport,
    title="周报月报",
    noun="报告",
    counter="份",
    reads=Permission.TEAM_REPORTS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label=label_of(TeamReport.summary), holds=queries.by_text, hint="驻点组或说明里的字"),
        choice(TeamReport.kind, ReportKind),
        ByTeam(column=TeamReport.team_id, folded=False),
        *days(TeamReport.first_day, "日期不早于", "日期不晚于"),
    ),
    views={
        "all": View("全部"),
        "team": View("本组的", queries.of_my_team),
        "late": View("迟报和未报", lambda _actor: queries.is_late(), alarms=True),
    },
    # The whole first: a head looks at what came, a member at what was sent.
    states={"all": State("所有状态"), **each_of(TeamReport.state, ReportState, "所有状态")},
    sorted_by="-first_day",
    columns=(
        leading(TeamReport.team_id, width="name"),
        of(TeamReport.kind, kind="nowrap", phone="stage", tells=True),
        ListColumn(
            key="period", label="日期", cell=showing.period_cell, kind="nowrap", phone="note", tells=True
        ),
        lit("stands", "怎样了", showing.stands),
        of(TeamReport.sent_at, showing.sent_cell, kind="nowrap", phone="more"),
        of(TeamReport.author_id, kind="nowrap", phone="owner"),
        day(TeamReport.first_day, key="first_day", sorts=True, on_page=False),
    ),
)
