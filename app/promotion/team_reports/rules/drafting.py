"""From the logs of a period to the rows and the numbers of a report. Values in, values out: any order of the
same logs gives the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.promotion.team_reports.enums import ReportFigure as F

VISITS = (F.OUTBOUND, F.RECEPTIONS, F.CALLS)
LONGEST_PROGRESS = 1000  # characters of what the logs say of one row


@dataclass(frozen=True, order=True, slots=True)
class TeamLog:
    """One thing that a team did on a day: a visit, a lead or target registered, a stage moved.

    `key` names it for good. `lead` is the inner id of the lead it is about, None for the company alone.
    `people` are ours who took part, `contacts` theirs who were met, by inner ids.
    """

    day: date
    key: str
    figure: F
    enterprise: int
    lead: int | None = None
    target: int | None = None
    words: str = ""
    company: str = ""
    people: tuple[str, ...] = ()
    contacts: tuple[int, ...] = ()

    @property
    def alone(self) -> str:
        """Its words where it stands outside the row of its company."""
        return f"{self.company}　{self.words}" if self.company else self.words

    @property
    def is_visit(self) -> bool:
        return self.figure in VISITS


@dataclass(frozen=True, slots=True)
class DraftedRow:
    """What the logs of a period say of one lead, or of one company without any."""

    key: str
    enterprise: int
    lead: int | None
    target: int | None
    progress: str
    people: tuple[str, ...]
    contact: int | None


def rows_of(logs: Iterable[TeamLog]) -> list[DraftedRow]:
    """A row for each lead worked on, and for each company worked on without one. What was done with a company
    of which the period knows exactly one lead belongs to that lead.
    """
    logs = sorted(logs)
    leads = _leads_by_company(logs)
    grouped: dict[tuple[int | None, int], list[TeamLog]] = defaultdict(list)
    for log in logs:
        of_company = leads[log.enterprise]
        lead = log.lead if log.lead or len(of_company) != 1 else next(iter(of_company))
        grouped[lead, log.enterprise if lead is None else 0].append(log)
    found = [_row(lead, group) for (lead, _company), group in grouped.items()]
    return sorted(found, key=lambda row: (row.lead is None, row.key))


def _leads_by_company(logs: Iterable[TeamLog]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for log in logs:
        if log.lead is not None:
            found[log.enterprise].add(log.lead)
    return found


def _row(lead: int | None, logs: Sequence[TeamLog]) -> DraftedRow:
    enterprise = logs[0].enterprise
    contacts = [contact for log in logs for contact in log.contacts]
    return DraftedRow(
        key=f"company:{enterprise}" if lead is None else f"lead:{lead}",
        enterprise=enterprise,
        lead=lead,
        target=next((log.target for log in logs if log.target is not None), None),
        progress="\n".join(log.words for log in logs)[:LONGEST_PROGRESS],
        people=tuple(dict.fromkeys(name for log in logs for name in log.people)),
        contact=contacts[-1] if contacts else None,
    )


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """A step that was due in a period: when it was done, None while it is open."""

    due_on: date
    done_on: date | None


def figures_of(
    logs: Iterable[TeamLog], known_before: set[int], steps: Iterable[StepOutcome], today: date
) -> dict[F, int]:
    """The numbers of a period. `known_before` are the companies that anybody had met before it."""
    logs = list(logs)
    counted = Counter(log.figure for log in logs)
    met = {log.enterprise for log in logs if log.is_visit and log.figure is not F.CALLS}
    kept, slipped = 0, 0
    for step in steps:
        kept += step.done_on is not None and step.done_on <= step.due_on
        slipped += step.due_on < (step.done_on or today)
    told = {F.FIRST_MET: len(met - known_before), F.MET_AGAIN: len(met & known_before)}
    told |= {F.KEPT: kept, F.SLIPPED: slipped}
    return {figure: told.get(figure, counted[figure]) for figure in F}


def late_keys(logs: Iterable[TeamLog], drawn: Iterable[str]) -> list[TeamLog]:
    """The logs of a period that a report of it was not made of."""
    known = set(drawn)
    return sorted(log for log in logs if log.key not in known)
