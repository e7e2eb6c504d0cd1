"""The rows of measures by whoever is compared, and the days between first contact and what came of it.

What measures credit to teams, people and units is theirs. By ways and by campaigns each record counts once: a
lead for its source; what a campaign's company had to do with the county within the days of the campaign, for
the campaign (ADR 25).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal, select, union_all

from app.core.access.auth import Actor
from app.core.records.measures import By, Measure, Tally
from app.core.storage.db import db
from app.figures.outcomes.enums import ComparedBy
from app.figures.outcomes.queries.groups import METHOD_IDS
from app.figures.outcomes.rules import OutcomeDays
from app.promotion.assessments.queries import InputRow
from app.promotion.campaigns.models import Campaign, CampaignTarget
from app.promotion.leads.models import Lead
from app.promotion.visits.models import Visit


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """Rows of a measure on some days, by whoever is compared."""

    measure: Measure
    source: FromClause
    condition: ColumnElement[bool]

    def of(self, group_ids: Collection[int]) -> ColumnElement[bool]:
        return and_(self.condition, self.source.c.group_id.in_(sorted(group_ids)))


def rows_of(measure: Measure, by: ComparedBy, days: OutcomeDays) -> OutcomeRows:
    """What a measure counts on these days, as it was known then."""
    credited = by.credited
    if credited is not None:
        source: FromClause = measure.counted(credited, days.first, days.last).subquery()
    else:
        source = _regrouped(measure, by, days).subquery()
    within = source.c.day.between(days.first, days.last)
    known = [source.c.recorded_at <= days.known_at] if days.known_at is not None else []
    return OutcomeRows(measure, source, and_(within, *known))


def _regrouped(measure: Measure, by: ComparedBy, days: OutcomeDays) -> Select[Any]:
    """Each record once, for its way or its campaigns: every record has a unit."""
    of = measure.counted(By.UNIT, days.first, days.last).subquery()
    whole = select(of.c.key, of.c.day, of.c.recorded_at, of.c.credit, of.c.amount).distinct().subquery()
    columns = [whole.c.key, whole.c.day, whole.c.recorded_at, whole.c.credit, whole.c.amount]
    model = measure.model
    if by is ComparedBy.METHOD:
        group = case(METHOD_IDS, value=Lead.source).label("group_id")
        on_lead = Lead.id == whole.c.key if model is Lead else Lead.id == model.lead_id
        query = select(group, *columns).select_from(whole)
        if model is not Lead:
            query = query.join(model, model.id == whole.c.key)
        return query.join(Lead, on_lead)
    query = select(Campaign.id.label("group_id"), *columns).select_from(whole)
    query = query.join(model, model.id == whole.c.key)
    query = query.join(CampaignTarget, CampaignTarget.enterprise_id == model.enterprise_id)
    within = whole.c.day.between(Campaign.first_on, Campaign.last_on)
    return query.join(Campaign, and_(Campaign.id == CampaignTarget.campaign_id, within))


def tallies(rows: OutcomeRows) -> dict[int, Tally]:
    """Of each of those who are compared, in one statement."""
    of = rows.source.c
    query = select(of.group_id, func.sum(of.credit), func.sum(of.amount)).where(rows.condition)
    found = db.session.execute(query.group_by(of.group_id))
    return {group: Tally(int(credit), int(amount)) for group, credit, amount in found}


def wholes(each: Mapping[str, OutcomeRows], group_ids: Collection[int]) -> dict[str, Tally]:
    """Of some of them together, all measures in one statement: a record that several share counts once."""
    if not each:
        return {}
    found = db.session.execute(union_all(*(_whole(code, rows, group_ids) for code, rows in each.items())))
    return {code: Tally(int(credit), int(amount)) for code, credit, amount in found}


def _whole(code: str, rows: OutcomeRows, group_ids: Collection[int]) -> Select[Any]:
    of = rows.source.c
    once = select(of.key, of.credit, of.amount).where(rows.of(group_ids)).distinct().subquery()
    sums = [func.coalesce(func.sum(column), 0) for column in (once.c.credit, once.c.amount)]
    return select(literal(code), *sums)


# --- days from first contact ---------------------------------------------------------------------------


def _contact(days: OutcomeDays) -> FromClause:
    """When anybody of the county first met or called each company, as it was known then."""
    known = [Visit.created_at <= days.known_at] if days.known_at is not None else []
    query = select(Visit.enterprise_id, func.min(Visit.held_on).label("first_on"))
    return query.where(Visit.archived_at.is_(None), *known).group_by(Visit.enterprise_id).subquery()


def _with_contact(rows: OutcomeRows, days: OutcomeDays, *columns: Any) -> Select[Any]:
    contact, of = _contact(days), rows.source.c
    query = select(*columns, of.day, contact.c.first_on).select_from(rows.source)
    query = query.join(Lead, Lead.id == of.key).join(contact, contact.c.enterprise_id == Lead.enterprise_id)
    return query.where(rows.condition, contact.c.first_on <= of.day)


def days_from_contact(rows: OutcomeRows, days: OutcomeDays) -> dict[int, dict[int, int]]:
    """How many days each lead took after the first contact with its company, of each of those who are
    compared: {lead: days}.
    """
    found: dict[int, dict[int, int]] = defaultdict(dict)
    of = rows.source.c
    for group, key, day, first_on in db.session.execute(_with_contact(rows, days, of.group_id, of.key)):
        found[group][key] = (day - first_on).days
    return found


# --- the rows themselves -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenedRows:
    """A page of the rows behind a number: of those that this person may open, beside how many there are and
    what the number is of all.
    """

    rows: Sequence[InputRow]
    opened: int  # how many may be opened
    whole: Tally
    contact: dict[str, date]  # first contact, by public id, where days from it are told


def opened(
    rows: OutcomeRows,
    group_ids: Collection[int],
    actor: Actor,
    most: int,
    skipped: int,
    from_contact: OutcomeDays | None = None,
) -> OpenedRows:
    """The rows behind a number, the latest first."""
    of, model = rows.source.c, rows.measure.model
    columns = [model.public_id, of.day, of.credit, of.amount]
    query = select(of.key, *columns).select_from(rows.source).join(model, model.id == of.key)
    query = query.where(rows.of(group_ids)).distinct()
    if from_contact is not None:
        contact = _contact(from_contact)
        query = query.join(contact, contact.c.enterprise_id == Lead.enterprise_id)
        query = query.where(contact.c.first_on <= of.day).add_columns(contact.c.first_on)
    every = query.subquery()
    total = db.session.execute(
        select(func.coalesce(func.sum(every.c.credit), 0), func.coalesce(func.sum(every.c.amount), 0))
    ).one()
    seen = query.where(rows.measure.visible(actor))
    number = db.session.scalar(select(func.count()).select_from(seen.subquery())) or 0
    page = db.session.execute(seen.order_by(of.day.desc(), of.key.desc()).limit(most).offset(skipped)).all()
    kind = rows.measure.kind
    return OpenedRows(
        [InputRow(kind, row.public_id, row.day, row.credit, row.amount, is_late=False) for row in page],
        int(number),
        Tally(int(total[0]), int(total[1])),
        {row.public_id: row.first_on for row in page} if from_contact is not None else {},
    )


def took(contact: date, day: date) -> int:
    """Days from the one to the other."""
    return (day - contact) // timedelta(days=1)
