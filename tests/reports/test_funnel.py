"""The funnel's figures equal the ledger, and every figure equals the rows it opens to."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.core.records.metrics import Amounted
from app.core.storage.db import db
from app.figures.reports.enums import Extent, Figure
from app.figures.reports.metrics import ClosedFigures, closed_figures, funnel, open_figure
from app.figures.reports.policy import extent_for
from app.figures.reports.queries import FunnelFilters
from app.figures.reports.rules import Closed, Period, closed_of
from app.promotion.leads import policy, projection
from app.promotion.leads.enums import PATH, LeadSource, LeadStage
from app.promotion.leads.models import LeadMember
from app.register.accounts.enums import Permission, Role
from tests.factories.accounts import actor_of, make_user
from tests.factories.counties import a_county
from tests.factories.ledgers import (
    DAY,
    NOON,
    History,
    amount,
    assign,
    correct,
    histories,
    move,
    registration,
    write,
)
from tests.reports.naive import counted, median_days

pytestmark = pytest.mark.both_databases

WHOLE = Period(DAY, DAY + timedelta(days=90), DAY + timedelta(days=90))
COUNTING = Actor(
    user_id=1,
    person_id=0,
    name="县领导",
    permissions=frozenset({Permission.COUNT_CONFIDENTIAL}),
    reach=Reach.COUNTY,
)


@pytest.fixture
def county(session):
    return a_county()


def period_of(start, length, as_of, known=None):
    end = start + length
    instant = None if known is None else NOON + timedelta(days=known, hours=1)
    return Period(*(DAY + timedelta(days=each) for each in (start, end, as_of)), known_at=instant)


periods = st.builds(
    period_of, st.integers(0, 15), st.integers(0, 20), st.integers(0, 30), st.none() | st.integers(0, 30)
)


@st.composite
def narrowings(draw, county):
    return draw(
        st.sampled_from(
            [
                FunnelFilters(),
                FunnelFilters(unit_ids=frozenset({county.bureau.id})),
                FunnelFilters(unit_ids=frozenset({county.township.id}), source=LeadSource.FUND),
                FunnelFilters(team_id=county.team.id),
                FunnelFilters(owner_id=county.officer.id),
                FunnelFilters(industry="38"),
            ]
        )
    )


@st.composite
def readers(draw, county):
    """Everybody who may read a funnel, from the whole county to one's own."""
    person = draw(st.sampled_from(county.people))
    reach = draw(st.sampled_from([Reach.OWN, Reach.TEAM, Reach.UNIT, Reach.COUNTY]))
    rights = draw(st.sampled_from([frozenset(), frozenset({Permission.COUNT_CONFIDENTIAL})]))
    return Actor(
        user_id=1,
        person_id=person.id,
        name=person.name,
        permissions=rights,
        unit_ids=frozenset({person.unit_id}),
        team_ids=frozenset({county.team.id}) if person is county.resident else frozenset(),
        reach=reach,
    )


def figures_of(rows):
    return {
        (figure, row.stage): getattr(row, figure.value)
        for row in rows
        for figure in Figure
        if figure not in (Figure.STUCK, Figure.PASSED)
    }


def summed(rows):
    return Amounted(len(rows), sum(row.amount for row in rows))


def thirds(behind, figure, *stages):
    """How many leads of a figure, in whole threes."""
    leads = {row.lead_id for stage in stages or LeadStage for row in behind[figure, stage]}
    return closed_of([0] * len(leads)).count


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_figure_of_every_reader_equals_the_ledger_and_the_rows_behind_it(session, county, data):
    """Random ledgers with corrections and late entries, as of random days, as known at random instants."""
    written = data.draw(st.lists(histories(), min_size=1, max_size=6))
    period = data.draw(periods)
    filters = data.draw(narrowings(county))
    reader = data.draw(readers(county))
    try:
        leads = [write(session, county, history) for history in written]
        ledgers = projection.entries_of(lead.id for lead in leads)
        seen = {lead.id for lead in leads if policy.may_see(reader, lead)}
        counts = [(lead, ledgers[lead.id]) for lead in leads if lead.id in seen]
        expected = counted(counts, period, filters)

        rows = funnel(reader, period, filters)

        assert figures_of(rows) == {key: summed(expected[key]) for key in figures_of(rows)}
        assert {row.stage: row.median_days for row in rows} == {
            stage: median_days(expected[Figure.COHORT, stage]) for stage in LeadStage
        }
        figure, stage = data.draw(st.sampled_from(list(Figure))), data.draw(st.sampled_from(LeadStage))
        opened = open_figure(reader, period, filters, figure, stage)
        behind = expected[figure, stage]
        assert opened.total == summed(behind)
        by_id = {lead.id: lead.public_id for lead in leads}
        assert sorted(row.public_id for row in opened.rows) == sorted(by_id[row.lead_id] for row in behind)
        assert sum(row.amount for row in opened.rows) == opened.total.amount

        hidden = [(lead, ledgers[lead.id]) for lead in leads if lead.id not in seen]
        told = closed_figures(reader, period, period.as_of, filters)
        is_told = extent_for(reader) is Extent.COUNTY and filters == FunnelFilters()
        assert (told is not None) == (is_told and period.is_of_months(period.as_of))
        if told:
            assert told.stock.count == thirds(counted(hidden, period, filters), Figure.STOCK)
            assert told.lost.count == thirds(counted(hidden, period, filters), Figure.LOST)
            assert told.cohort.count == thirds(counted(hidden, period, filters), Figure.COHORT, PATH[0])
    finally:
        session.rollback()


def stock(reader, period=WHOLE, filters=None):
    rows = funnel(reader, period, filters)
    return {row.stage: row.stock.count for row in rows if row.stock.count}


def test_a_reassigned_lead_counts_for_who_held_it_on_the_day_asked(session, county):
    write(session, county, History((*registration(0), assign(10, unit=1, owner=1))))
    earlier = period_of(0, 30, 5)
    assert stock(COUNTING, earlier, FunnelFilters(unit_ids=frozenset({county.bureau.id}))) == {
        LeadStage.LEAD: 1
    }
    assert stock(COUNTING, WHOLE, FunnelFilters(unit_ids=frozenset({county.bureau.id}))) == {}
    assert stock(COUNTING, WHOLE, FunnelFilters(owner_id=county.officer.id)) == {LeadStage.LEAD: 1}


def test_a_lost_lead_that_changes_hands_is_not_lost_again(session, county):
    rows = (*registration(0), move(LeadStage.LOST, 3), assign(8, unit=1, owner=1), amount(900, 9))
    write(session, county, History(rows))
    assert funnel(COUNTING, WHOLE)[0].lost == Amounted(1, 0)


def test_a_cohort_belongs_to_who_held_its_leads_at_registration(session, county):
    rows = (*registration(0), assign(2, unit=1, owner=1), move(LeadStage.ASSESSED, 5))
    write(session, county, History(rows))
    first, later = (FunnelFilters(unit_ids=frozenset({unit.id})) for unit in (county.bureau, county.township))
    assert [row.cohort.count for row in funnel(COUNTING, WHOLE, first)][:2] == [1, 1]
    assert [row.cohort.count for row in funnel(COUNTING, WHOLE, later)][:2] == [0, 0]
    assert [row.entered.count for row in funnel(COUNTING, WHOLE, later)][:2] == [0, 1]


def test_the_amount_of_a_figure_is_that_of_its_own_day(session, county):
    write(session, county, History((*registration(0, yuan=100), amount(900, 20))))
    sums = [funnel(COUNTING, period_of(0, 30, day))[0].stock.amount for day in (5, 25)]
    assert sums == [100, 900]


def test_a_correction_takes_a_wrong_click_out_of_every_figure_but_not_out_of_what_was_printed(
    session, county
):
    wrong = move(LeadStage.SIGNED, 4)
    write(session, county, History((*registration(0), wrong, correct(3, entered=10))))
    assert stock(COUNTING) == {LeadStage.LEAD: 1}
    printed = period_of(0, 90, 90, known=6)
    assert stock(COUNTING, printed) == {LeadStage.SIGNED: 1}
    reached = {row.stage: row.cohort.count for row in funnel(COUNTING, printed) if row.stage in PATH}
    assert set(reached.values()) == {1}


def test_a_late_entry_counts_from_its_date_though_it_was_not_known_then(session, county):
    write(session, county, History((*registration(0), move(LeadStage.ASSESSED, 3, entered=20))))
    assert stock(COUNTING, period_of(0, 30, 5)) == {LeadStage.ASSESSED: 1}
    assert stock(COUNTING, period_of(0, 30, 5, known=10)) == {LeadStage.LEAD: 1}


def test_an_archived_lead_stays_in_the_figures_it_was_counted_in(session, county):
    lead = write(session, county, History(registration(0)))
    lead.archived_at = NOON + timedelta(days=2)
    session.flush()
    assert stock(COUNTING) == stock(COUNTING, period_of(0, 90, 90, known=60)) == {LeadStage.LEAD: 1}


def test_the_rows_of_a_figure_say_how_the_lead_stood_on_its_day(session, county):
    lead = write(
        session,
        county,
        History((*registration(0, yuan=500), move(LeadStage.ASSESSED, 3), assign(8, owner=1))),
    )
    reader = actor_of(make_user(Role.BUREAU_HEAD, person=county.head))
    row = open_figure(reader, WHOLE, FunnelFilters(), Figure.ENTERED, LeadStage.ASSESSED).rows[0]
    assert (row.public_id, row.owner, row.unit, row.amount) == (lead.public_id, "韩知行", "招商局", 500)
    assert (row.since, row.days) == (DAY + timedelta(days=3), 87)


def test_a_reader_without_the_county_counts_only_what_they_may_open(session, county):
    write(session, county, History(registration(0, unit=1, owner=1), author=1))
    write(session, county, History(registration(0), author=0))
    officer = actor_of(make_user(Role.OFFICER, person=county.officer))
    assert extent_for(officer) is Extent.MINE
    assert stock(officer) == {LeadStage.LEAD: 1}
    opened = open_figure(officer, WHOLE, FunnelFilters(), Figure.STOCK, LeadStage.LEAD)
    assert (opened.total.count, len(opened.rows)) == (1, 1)
    assert closed_figures(officer, WHOLE, WHOLE.as_of) is None


def secret(session, county, yuan, day=0, *more):
    return write(
        session, county, History((*registration(day, yuan=yuan, owner=2), *more), confidential=True, author=2)
    )


def test_confidential_leads_are_counted_by_right_from_three_up_and_beside_the_stages(session, county):
    leader = actor_of(make_user(Role.LEADER, unit=county.bureau))
    months = Period(DAY.replace(day=1), WHOLE.as_of, WHOLE.as_of)
    write(session, county, History(registration(0, yuan=300)))
    told = [closed_figures(leader, months, WHOLE.as_of)]
    for number in range(4):
        secret(session, county, (number + 1) * 110_000_000, number)
        told.append(closed_figures(leader, months, WHOLE.as_of))
    few, three = (ClosedFigures(closed, closed, Closed()) for closed in (Closed(), Closed(3, 700_000_000)))
    assert told == [few, few, few, three, three]
    assert stock(leader) == {LeadStage.LEAD: 1}
    opened = open_figure(leader, WHOLE, FunnelFilters(), Figure.STOCK, LeadStage.LEAD)
    assert (opened.total, [row.amount for row in opened.rows]) == (Amounted(1, 300), [300])
    officer = actor_of(make_user(Role.OFFICER, person=county.officer))
    assert closed_figures(officer, months, WHOLE.as_of) is None


def test_a_lead_lost_three_times_is_one_lead(session, county):
    leader = actor_of(make_user(Role.LEADER, unit=county.bureau))
    there_and_back = [
        move(stage, day)
        for day in (1, 3, 5)
        for stage, day in ((LeadStage.LOST, day), (LeadStage.LEAD, day + 1))
    ]
    secret(session, county, 5, 0, *there_and_back)
    months = Period(DAY.replace(day=1), WHOLE.as_of, WHOLE.as_of)
    assert closed_figures(leader, months, WHOLE.as_of) == ClosedFigures(Closed(), Closed(), Closed())


def test_no_two_questions_differ_by_a_confidential_lead(session, county):
    """Neither whose it is nor its day nor its sum is told by subtracting one answer from another."""
    leader = actor_of(make_user(Role.LEADER, unit=county.bureau))
    owners = (None, county.officer.id, county.head.id, county.resident.id)
    questions = [
        (
            Period(DAY, DAY + timedelta(days=end), DAY + timedelta(days=end)),
            FunnelFilters(owner_id=owner, source=source),
        )
        for owner in owners
        for source in (None, LeadSource.FUND)
        for end in (0, 1, 2, 3, 29)
    ]

    def answers():
        asked = [
            (
                figures_of(funnel(leader, period, filters)),
                closed_figures(leader, period, WHOLE.as_of, filters),
            )
            for period, filters in questions
        ]
        return [(figures, told) for figures, told in asked]

    write(session, county, History(registration(0, yuan=300)))
    for number in range(4):
        secret(session, county, 110_000_000, number)
    before = answers()
    secret(session, county, 260_000_000, 2)
    assert answers() == before


def test_whoever_is_named_on_a_confidential_lead_opens_it(session, county):
    lead = write(session, county, History(registration(0, owner=2), confidential=True, author=2))
    officer = actor_of(make_user(Role.OFFICER, person=county.officer))
    assert stock(officer) == {}
    session.add(LeadMember(lead_id=lead.id, person_id=county.officer.id))
    session.flush()
    assert stock(officer) == {LeadStage.LEAD: 1}


def test_only_so_many_rows_are_shown_while_the_total_stays_whole(session, county, monkeypatch):
    monkeypatch.setattr("app.figures.reports.queries.ROWS_SHOWN", 2)
    for yuan in (100, 300, 200):
        write(session, county, History(registration(0, yuan=yuan)))
    reader = actor_of(make_user(Role.BUREAU_HEAD, person=county.head))
    opened = open_figure(reader, WHOLE, FunnelFilters(), Figure.STOCK, LeadStage.LEAD)
    assert [row.amount for row in opened.rows] == [300, 200]
    assert opened.total == Amounted(3, 600)


def test_asking_what_was_known_leaves_nothing_behind(session, county):
    write(session, county, History(registration(0)))
    for _ in range(2):
        assert stock(COUNTING, period_of(0, 30, 10, known=5)) == {LeadStage.LEAD: 1}
    assert db.session.connection().dialect.has_table(db.session.connection(), "lead_span_then") is False
