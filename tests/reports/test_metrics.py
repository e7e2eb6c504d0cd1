"""Each number equals the rows it opens to, whoever asks and whatever the county holds; all are defined."""

import statistics
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.core.records.filters import Amount, AnyMember, Archived, OneMember, Since, Until, YesOnly
from app.core.records.listed import read_asked
from app.core.records.listing import ListMetric
from app.core.records.metrics import METRICS, Amounted, Basis
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.web.pages import of_query
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import Project
from app.figures.reports.enums import Figure
from app.figures.reports.metrics import (
    BY_FIGURE,
    CLOSED,
    CONVERSION,
    FUNNEL,
    SIGNED_RATE,
    STOCK,
    funnel,
    open_figure,
)
from app.figures.reports.queries import Question, projections
from app.figures.reports.rules import stuck
from app.promotion.leads.enums import PATH, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import visible_in
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.visits.models import Visit
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.accounts.models import Person
from app.register.enterprises.filters import ByCompany
from app.register.enterprises.models import Enterprise
from tests.factories import leads as places
from tests.factories.counties import a_county
from tests.factories.ledgers import histories, write
from tests.factories.projects import a_project
from tests.factories.steps import make_step
from tests.factories.visits import a_visit
from tests.reports.test_funnel import narrowings, periods, readers

pytestmark = pytest.mark.both_databases
DRAWN = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}
days = st.integers(-40, 3).map(lambda back: today() + timedelta(days=back))


def summed(rows):
    return Amounted(len(rows), sum(row.amount for row in rows))


# --- The funnel ----------------------------------------------------------------------------------


@pytest.fixture
def holders(session):
    """Units, a team and people, and no lead yet."""
    return a_county()


@settings(max_examples=25, **DRAWN)
@given(data=st.data())
def test_every_number_of_the_funnel_is_that_of_the_rows_it_opens_to(session, holders, data):
    try:
        for history in data.draw(st.lists(histories(), min_size=1, max_size=6)):
            write(session, holders, history)
        reader, period = data.draw(readers(holders)), data.draw(periods)
        filters = data.draw(narrowings(holders))
        stage = data.draw(st.sampled_from(PATH))
        printed = {row.stage: row for row in funnel(reader, period, filters)}

        def opened(figure, *stages):
            return list(open_figure(reader, period, filters, figure, *stages).rows)

        for figure in (Figure.STOCK, Figure.ENTERED, Figure.COHORT, Figure.LOST):
            assert getattr(printed[stage], figure.value) == summed(opened(figure, stage))
        took = [row.days for row in opened(Figure.PASSED, stage)]
        assert printed[stage].median_days == (statistics.median(took) if took else None)
        behind = [*stuck([printed[one].cohort.count for one in PATH]), 0]
        assert behind[PATH.index(stage)] == len(opened(Figure.STUCK, stage))
        metric = data.draw(st.sampled_from(FUNNEL))
        shares = [SIGNED_RATE, *([CONVERSION] if stage != PATH[-1] else [])]
        parts = [[opened(Figure.COHORT, one) for one in share.parts(stage)] for share in shares]
        rows = summed(opened(metric.figure))
        with projections(period) as where:
            of_all, of_stage = Question(period, filters, where), Question(period, filters, where, (stage,))
            assert metric.rows(reader, of_all).total() == rows
            for share, (above, below) in zip(shares, parts, strict=True):
                part, whole = share.parts(stage)
                assert share.rows(reader, of_stage).total() == summed(above) == printed[part].cohort
                assert summed(below) == printed[whole].cohort
            hidden = CLOSED.rows(reader, (STOCK, of_all))
            assert hidden.within(visible_in(hidden.source, reader)).total() == Amounted()
    finally:
        session.rollback()


# --- Lists ---------------------------------------------------------------------------------------


@pytest.fixture
def county(session):
    """Some records of every kind that has a list, which a test deals out anew."""
    found = places.a_county()
    projects = [a_project(found, enterprise_id=places.an_enterprise().id) for _ in range(2)]
    for actor in (found.officer, found.resident, found.head):
        places.a_lead(found, actor, enterprise_id=places.an_enterprise().id)
        a_visit(found, actor)
    for record in (*projects, found.enterprise):
        make_step(on=record)
    session.commit()
    return found


def dealt(data, session, county):
    """Whose each record is, how it stands, since when, what it is worth: all drawn."""
    connection = session.connection()
    people = [one.person_id for one in (county.officer, county.colleague, county.resident, county.head)]
    person, place = st.sampled_from(people), st.sampled_from([county.bureau.id, county.park.id])
    held = {"unit_id": place, "team_id": st.sampled_from([None, county.team.id]), "owner_id": person}
    record = {"confidential": st.booleans(), "archived_at": st.sampled_from([None, None, now()])}
    money = st.integers(0, 9).map(lambda number: number * 30_000_000)
    for model, drawn in (
        (
            Lead,
            held
            | record
            | {"author_id": person, "amount": money, "stage": st.sampled_from(LeadStage)}
            | {"registered_on": days, "last_contact_on": st.none() | days},
        ),
        (
            Project,
            held | record | {"amount": money, "stage": st.sampled_from(ProjectStage), "signed_on": days},
        ),
        (Visit, record | {"author_id": person, "held_on": days}),
        (
            Step,
            held | {"confidential": st.booleans(), "due_on": days, "state": st.sampled_from(StepState)},
        ),
        (Enterprise, {"author_id": person, "archived_at": record["archived_at"]}),
    ):
        table = model.__table__
        for key in connection.scalars(select(table.c.id)).all():
            values = {name: data.draw(strategy) for name, strategy in drawn.items()}
            if (model, key) == (Enterprise, county.enterprise.id):
                values["archived_at"] = None  # lists are narrowed by companies in use
            connection.execute(update(table).where(table.c.id == key).values(values))
    session.expire_all()


def values_for(one, county):
    """What a filter may be asked for; nothing for those that look up words."""
    drawn = {
        Since: days,
        Until: days,
        AnyMember: st.sets(st.sampled_from(getattr(one, "members", [None])), min_size=1).map(frozenset),
        OneMember: st.sampled_from(getattr(one, "members", [None])),
        YesOnly: st.just(True),
        Archived: st.just(True),
        Amount: st.integers(0, 300_000_000),
        ByTeam: st.just(county.team),
        ByUnit: st.sampled_from([county.bureau, county.park]),
        ByPerson: st.just(db.session.get_one(Person, county.officer.person_id)),
        ByCompany: st.just(county.enterprise),
    }
    return drawn.get(type(one), st.none())


def question_for(data, metric, county):
    filters = data.draw(st.lists(st.sampled_from(metric.listing.filters), max_size=3))
    values = {one.name: data.draw(values_for(one, county)) for one in filters}
    values = {name: value for name, value in values.items() if value is not None}
    if "from" in values and "to" in values:
        values["from"], values["to"] = sorted((values["from"], values["to"]))
    return metric.asked(values, view=data.draw(st.sampled_from(sorted(metric.listing.views))))


def someone(data, county):
    return data.draw(
        st.sampled_from([county.head, county.officer, county.resident, county.leader, county.outsider])
    )


@settings(max_examples=25, **DRAWN)
@given(data=st.data())
def test_every_number_that_opens_a_list_is_the_number_of_its_rows(app, session, county, data):
    metrics = [metric for metric in METRICS.values() if isinstance(metric, ListMetric)]
    try:
        dealt(data, session, county)
        reader = someone(data, county)
        for metric in metrics:
            question = question_for(data, metric, county)
            listing, told = metric.listing, metric.ask(reader, question)
            with app.test_request_context(), of_query(urlencode(told.query, doseq=True)):
                opened = read_asked(listing)
            assert opened == question, metric.code
            rows = listing.page(opened, reader, size=1000).rows
            assert told.count.number == len(rows), metric.code
            totals, counted = listing.totals(opened, reader), metric.rows(reader, question).total()
            assert (totals.tabs.shown, counted.count) == (told.count, len(rows))
            if listing.sum:
                worth = sum(getattr(row, listing.sum.of.key) for row in rows)
                assert (totals.amount, counted.amount) == (worth, worth), metric.code
    finally:
        session.rollback()


# --- Their definitions ---------------------------------------------------------------------------


def test_every_number_is_defined_in_full_and_once(app):
    assert len(METRICS.values()) >= 15
    for code, metric in METRICS.items():
        assert code == metric.code
        assert metric.version >= 1 and metric.basis in Basis
        for part in (metric.name, metric.of, metric.words, metric.formula, metric.unit):
            assert part.strip(), code
        assert metric.cohort.strip() and metric.cut_off.strip(), code
    named = [(metric.of, metric.name) for metric in METRICS.values()]
    assert len(named) == len(set(named))


def test_every_figure_of_the_funnel_has_its_metric():
    assert set(BY_FIGURE) == set(Figure)
