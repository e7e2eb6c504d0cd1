"""What resident teams reported."""

from dataclasses import dataclass
from datetime import date

from app.county.demo.acts.told import Deed
from app.promotion.team_reports.enums import ReportKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTeam(Deed):
    """A resident team writes its report of the period in which a day lies, and sends it or leaves a draft."""

    team: str
    kind: ReportKind
    on: date
    summary: str = ""
    note: str = ""  # in the place of what the logs say of the first row
    is_sent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReport(Deed):
    """The bureau takes a report, or gives it back with words."""

    team: str
    kind: ReportKind
    on: date
    words: str = ""
    is_returned: bool = False
