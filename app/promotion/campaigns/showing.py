"""From campaigns to what lists show: the light, whom it is about, the rows of a number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from app.core.records.columns import Cell
from app.core.values.clock import today
from app.core.values.labels import label_of
from app.core.values.lights import Light
from app.core.values.money import in_words
from app.promotion.campaigns import rules
from app.promotion.campaigns.enums import CampaignFigure
from app.promotion.campaigns.models import Campaign, CampaignTarget
from app.promotion.campaigns.queries import figures
from app.promotion.leads.models import Lead
from app.promotion.visits.models import Visit


def light_cell(row: Campaign) -> Light:
    """How it stands and how many days are left."""
    return rules.light_of(row.first_on, row.last_on, row.closed_at, today())


def about_cell(row: Campaign) -> str:
    """Its chain, or its theme."""
    return row.chain.name if row.chain else row.theme


# --- the rows of numbers -------------------------------------------------------------------------------

Keys = Mapping[int, tuple[date, int | None]]
_SAID = 60  # characters of what was said


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One row of a number; the first cell names it."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """How the rows of a number are shown."""

    headings: tuple[str, ...]
    load: Callable[[Keys], dict[int, CampaignRow]]

    def of(self, keys: Keys) -> list[CampaignRow]:
        """In the order of the keys."""
        found = self.load(keys) if keys else {}
        return [found[key] for key in keys if key in found]


def _visits(keys: Keys) -> dict[int, CampaignRow]:
    return {
        visit.id: CampaignRow(
            (
                Cell(visit.enterprise.name, page=("visits.detail", visit.public_id)),
                Cell(visit.kind.label),
                Cell(visit.summary[:_SAID] + ("…" if len(visit.summary) > _SAID else "")),
                Cell(visit.author.name),
                Cell(visit.held_on.isoformat()),
            )
        )
        for visit in figures.visits_by_id(keys)
    }


def _companies(keys: Keys) -> dict[int, CampaignRow]:
    return {
        row.id: CampaignRow(
            (
                Cell(row.name, page=("campaigns.company", row.public_id)),
                Cell(row.owner.name),
                Cell(keys[row.id][0].isoformat()),
            )
        )
        for row in figures.companies_by_id(keys)
    }


def _leads(keys: Keys) -> dict[int, CampaignRow]:
    return {
        lead.id: CampaignRow(
            (
                Cell(lead.name, page=("leads.detail", lead.public_id)),
                Cell(lead.enterprise.name),
                Cell(in_words(amount) if (amount := keys[lead.id][1]) else ""),
                Cell(lead.owner.name),
                Cell(keys[lead.id][0].isoformat()),
            )
        )
        for lead in figures.leads_by_id(keys)
    }


F = CampaignFigure
VISITS = Lines(
    (
        *(label_of(Visit.enterprise_id), label_of(Visit.kind), label_of(Visit.summary)),
        *(label_of(Visit.author_id), label_of(Visit.held_on)),
    ),
    _visits,
)
COMPANIES = Lines(
    (label_of(CampaignTarget.enterprise_id), label_of(CampaignTarget.owner_id), "日期"), _companies
)
LEADS = Lines(
    (
        *(label_of(Lead.name), label_of(Lead.enterprise_id), label_of(Lead.amount)),
        *(label_of(Lead.owner_id), "日期"),
    ),
    _leads,
)
LINES = {
    **dict.fromkeys((F.VISITS, F.OUT, F.IN), VISITS),
    **dict.fromkeys((F.MET, F.MET_FIRST, F.MET_BEFORE), COMPANIES),
    **dict.fromkeys((F.LEADS, F.VALID, F.TALKS, F.SIGNED), LEADS),
}
