"""What may be done with a report as it stands, and what it must say. Pure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from operator import itemgetter

from app.core.values.clock import in_beijing
from app.core.values.lights import Light
from app.promotion.team_reports.enums import ReportColumn, ReportKind, ReportState

SILENT_WEEKS = 4  # so many silent weeks running are a silent month: the next report says why
MOST_COLUMNS = len(ReportColumn)
SHIPPED = (
    *(ReportColumn.PROJECT, ReportColumn.INVESTOR, ReportColumn.FIXED, ReportColumn.PROFILE),
    *(ReportColumn.CONTENT, ReportColumn.LAND, ReportColumn.CONTACT, ReportColumn.PHONE),
    *(ReportColumn.ZONE, ReportColumn.PROGRESS, ReportColumn.INDUSTRY, ReportColumn.VERDICT),
)
OPEN = (ReportState.DRAFT, ReportState.RETURNED)  # may still be changed
WHY_SILENT = "已经连着四周没有新情况，写一句为什么，例如：两家重点企业都在等总部批复"


def must_say_why(kind: ReportKind, is_silent: bool, silent_before: Sequence[bool]) -> bool:
    """Whether a report asks for a reason: the one after four silent weeks, and a silent month or quarter.
    `silent_before` are the reports of the weeks before, the last first.
    """
    if kind is not ReportKind.WEEK:
        return is_silent
    return len(silent_before) >= SILENT_WEEKS and all(silent_before[:SILENT_WEEKS])


def light_of(state: ReportState, due_at: datetime, sent_at: datetime | None, moment: datetime) -> Light:
    """How a report stands against its deadline."""
    late = (sent_at or moment) > due_at
    if state is ReportState.RETURNED:
        return Light("yellow", "退回，待重报")
    if sent_at is None:
        due = in_beijing(due_at)
        if late:
            return Light("red", "逾期未报")
        return Light("yellow", f"{due:%m-%d %H:%M} 前报")
    words = state.label + ("，迟报" if late else "")
    return Light("yellow" if late else "green", words)


def problems_of_columns(places: dict[ReportColumn, int], headings: dict[ReportColumn, str]) -> dict[str, str]:
    """What is wrong with the columns of a report, by field. A place of 0 leaves a column out."""
    found: dict[str, str] = {}
    shown = sorted(((places[column], column) for column in ReportColumn if places[column]), key=itemgetter(0))
    if not shown:
        return {f"{ReportColumn.PROJECT.value}_place": "一列都没有，至少给一列写上序号"}
    for (place, one), (other, second) in pairwise(shown):
        if place == other:
            told = f"{one.label}和{second.label}都排在第 {place} 列，改其中一个"
            found[f"{second.value}_place"] = told
    words = dict[str, ReportColumn]()
    for _place, column in shown:
        heading = headings.get(column, "").strip()
        if not heading:
            found[f"{column.value}_heading"] = f"{column.label}这一列要写列名"
        elif heading in words:
            found[f"{column.value}_heading"] = f"和{words[heading].label}那一列同名，改其中一个"
        words.setdefault(heading, column)
    return found
