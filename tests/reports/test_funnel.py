"""The funnel's figures equal the ledger, and every figure equals the rows it opens to."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.enums import Permission, Role
from app.core.auth import Actor
from app.core.db import db
from app.core.reach import Reach
from app.leads import policy, projection
from app.leads.enums import PATH, LeadSource, LeadStage
from app.leads.models import LeadMember
from app.reports.enums import Basis, Figure
from app.reports.policy import basis_for
from app.reports.queries import Amounted, Filters, funnel, open_figure
from app.reports.rules import Period
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
                Filters(),
                Filters(unit_ids=frozenset({county.bureau.id})),
                Filters(unit_ids=frozenset({county.township.id}), source=LeadSource.FUND),
                Filters(team_id=county.team.id),
                Filters(owner_id=county.officer.id),
                Filters(industry="38"),
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
        if figure is not Figure.STUCK
    }


def summed(rows):
    return Amounted(len(rows), sum(row.amount for row in rows))


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
        whole = basis_for(reader) is Basis.COUNTY
        seen = {lead.id for lead in leads if policy.may_see(reader, lead)}
        counts = [(lead, ledgers[lead.id]) for lead in leads if whole or lead.id in seen]
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
        assert opened.closed == summed([row for row in behind if row.lead_id not in seen])
        by_id = {lead.id: lead.public_id for lead in leads}
        assert sorted(row.public_id for row in opened.rows) == sorted(
            by_id[row.lead_id] for row in behind if row.lead_id in seen
        )
        assert sum(row.amount for row in opened.rows) + opened.closed.amount == opened.total.amount
    finally:
        session.rollback()


def stock(reader, period=WHOLE, filters=None):
    rows = funnel(reader, period, filters)
    return {row.stage: row.stock.count for row in rows if row.stock.count}


def test_a_reassigned_lead_counts_for_who_held_it_on_the_day_asked(session, county):
    write(session, county, History((*registration(0), assign(10, unit=1, owner=1))))
    earlier = period_of(0, 30, 5)
    assert stock(COUNTING, earlier, Filters(unit_ids=frozenset({county.bureau.id}))) == {LeadStage.LEAD: 1}
    assert stock(COUNTING, WHOLE, Filters(unit_ids=frozenset({county.bureau.id}))) == {}
    assert stock(COUNTING, WHOLE, Filters(owner_id=county.officer.id)) == {LeadStage.LEAD: 1}


def test_a_lost_lead_that_changes_hands_is_not_lost_again(session, county):
    rows = (*registration(0), move(LeadStage.LOST, 3), assign(8, unit=1, owner=1), amount(900, 9))
    write(session, county, History(rows))
    assert funnel(COUNTING, WHOLE)[0].lost == Amounted(1, 0)


def test_a_cohort_belongs_to_who_held_its_leads_at_registration(session, county):
    rows = (*registration(0), assign(2, unit=1, owner=1), move(LeadStage.ASSESSED, 5))
    write(session, county, History(rows))
    first, later = (Filters(unit_ids=frozenset({unit.id})) for unit in (county.bureau, county.township))
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
    row = open_figure(reader, WHOLE, Filters(), Figure.ENTERED, LeadStage.ASSESSED).rows[0]
    assert (row.public_id, row.owner, row.unit, row.amount) == (lead.public_id, "韩知行", "招商局", 500)
    assert (row.since, row.days) == (DAY + timedelta(days=3), 87)


def test_a_reader_without_the_county_counts_only_what_they_may_open(session, county):
    write(session, county, History(registration(0, unit=1, owner=1), author=1))
    write(session, county, History(registration(0), author=0))
    officer = actor_of(make_user(Role.OFFICER, person=county.officer))
    assert basis_for(officer) is Basis.MINE
    assert stock(officer) == {LeadStage.LEAD: 1}
    opened = open_figure(officer, WHOLE, Filters(), Figure.STOCK, LeadStage.LEAD)
    assert (opened.total.count, len(opened.rows), opened.closed.count) == (1, 1, 0)


def test_a_confidential_lead_is_counted_by_right_and_listed_as_one_closed_line(session, county):
    write(session, county, History(registration(0, yuan=700, owner=2), confidential=True, author=2))
    write(session, county, History(registration(0, yuan=300)))
    leader = actor_of(make_user(Role.LEADER, unit=county.bureau))
    assert basis_for(leader) is Basis.COUNTY
    assert stock(leader) == {LeadStage.LEAD: 2}
    opened = open_figure(leader, WHOLE, Filters(), Figure.STOCK, LeadStage.LEAD)
    assert opened.total == Amounted(2, 1000)
    assert [row.amount for row in opened.rows] == [300]
    assert opened.closed == Amounted(1, 700)


def test_whoever_is_named_on_a_confidential_lead_opens_it(session, county):
    lead = write(session, county, History(registration(0, owner=2), confidential=True, author=2))
    officer = actor_of(make_user(Role.OFFICER, person=county.officer))
    assert stock(officer) == {}
    session.add(LeadMember(lead_id=lead.id, person_id=county.officer.id))
    session.flush()
    assert stock(officer) == {LeadStage.LEAD: 1}


def test_only_so_many_rows_are_shown_while_the_total_stays_whole(session, county, monkeypatch):
    monkeypatch.setattr("app.reports.queries.ROWS_SHOWN", 2)
    for yuan in (100, 300, 200):
        write(session, county, History(registration(0, yuan=yuan)))
    reader = actor_of(make_user(Role.BUREAU_HEAD, person=county.head))
    opened = open_figure(reader, WHOLE, Filters(), Figure.STOCK, LeadStage.LEAD)
    assert [row.amount for row in opened.rows] == [300, 200]
    assert opened.total == Amounted(3, 600)


def test_asking_what_was_known_leaves_nothing_behind(session, county):
    write(session, county, History(registration(0)))
    for _ in range(2):
        assert stock(COUNTING, period_of(0, 30, 10, known=5)) == {LeadStage.LEAD: 1}
    assert db.session.connection().dialect.has_table(db.session.connection(), "lead_span_then") is False
