"""Whose a contract is, on three sides: worked examples, and what holds of any county."""

import html
import random
import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.credit import WHOLE
from app.figures.outcomes import metrics
from app.figures.outcomes.enums import ComparedBy, CreditSide
from app.figures.outcomes.rules import (
    NOBODY,
    OUTSIDE,
    UNTEAMED,
    FirstMeeting,
    Introduction,
    OutcomeDays,
    SignedLead,
    attributed,
    shared_out,
)
from app.promotion.leads import services as leads
from app.register.accounts.enums import Role
from tests.factories.accounts import make_team
from tests.factories.leads import ContactMade, County, a_county, a_signed_lead, an_actor, person_id, sign_in
from tests.factories.visits import a_visit, person_of
from tests.house.numbers import Numbers, opened_by, without_a_link

Db = scoped_session[Session]
D = date(2026, 6, 1)
A, B, C = 11, 12, 13
FIRST, INTRODUCED, OWNED = CreditSide


def contract(holder: int | None = A, introducer: str = "") -> SignedLead:
    return SignedLead(1, 7, D, 100, holder, introducer)


def met(day: int, *who: int, number: int = 1, enterprise: int = 7) -> FirstMeeting:
    return FirstMeeting(enterprise, D - timedelta(days=day), number, who)


def by(day: int, who: int, share: int, campaign: int = 1, number: int = 1) -> Introduction:
    return Introduction(7, D - timedelta(days=day), number, who, share, campaign)


EXAMPLES = [
    (
        "nobody is known",
        contract(None),
        [],
        [],
        {FIRST: {NOBODY: 100}, INTRODUCED: {NOBODY: 100}, OWNED: {NOBODY: 100}},
    ),
    ("one met, one owns", contract(B), [met(9, A)], [], {FIRST: {A: 100}, OWNED: {B: 100}}),
    ("the first meeting counts", contract(), [met(9, B), met(20, C)], [], {FIRST: {C: 100}}),
    (
        "of one day that written down first",
        contract(),
        [met(9, B, number=2), met(9, C)],
        [],
        {FIRST: {C: 100}},
    ),
    ("two share a meeting", contract(), [met(9, A, B)], [], {FIRST: {A: 50, B: 50}}),
    ("three share what does not divide", contract(), [met(9, A, B, C)], [], {FIRST: {A: 34, B: 33, C: 33}}),
    ("a meeting after the signing", contract(), [met(-1, B)], [], {FIRST: {NOBODY: 100}}),
    ("another company", contract(), [met(9, B, enterprise=8)], [], {FIRST: {NOBODY: 100}}),
    ("a team before those in none", contract(), [met(9, UNTEAMED, A)], [], {FIRST: {A: 100}}),
    ("nobody in a team", contract(), [met(9, UNTEAMED)], [], {FIRST: {UNTEAMED: 100}}),
    (
        "introducers by their shares",
        contract(),
        [],
        [by(9, B, 70), by(9, OUTSIDE, 30, number=2)],
        {INTRODUCED: {B: 70, OUTSIDE: 30}},
    ),
    (
        "the first campaign that names any",
        contract(),
        [],
        [by(9, B, 100, 2), by(20, C, 100, 1)],
        {INTRODUCED: {C: 100}},
    ),
    ("a campaign after the signing", contract(), [], [by(-1, B, 100)], {INTRODUCED: {NOBODY: 100}}),
    (
        "a campaign before what the lead says",
        contract(introducer="王某"),
        [],
        [by(9, B, 100)],
        {INTRODUCED: {B: 100}},
    ),
    ("only the lead says who", contract(introducer="王某"), [], [], {INTRODUCED: {OUTSIDE: 100}}),
]


@pytest.mark.parametrize(
    ("signed", "meetings", "introductions", "expected"),
    [each[1:] for each in EXAMPLES],
    ids=[e[0] for e in EXAMPLES],
)
def test_a_worked_example(
    signed: SignedLead,
    meetings: list[FirstMeeting],
    introductions: list[Introduction],
    expected: dict[CreditSide, dict[int, int]],
) -> None:
    parts = attributed([signed], meetings, introductions)
    for side, holders in expected.items():
        assert {part.holder: part.amount for part in parts if part.side is side} == holders


holders = st.sampled_from([A, B, C, UNTEAMED])
companies = st.integers(1, 3)
days = st.integers(-5, 40)
contracts = st.lists(
    st.builds(
        SignedLead,
        st.integers(1, 99),
        companies,
        st.just(D),
        st.integers(0, 10**10),
        st.none() | holders,
        st.sampled_from(["", "王某"]),
    ),
    max_size=6,
    unique_by=lambda one: one.lead,
)
meetings_of = st.lists(
    st.builds(
        lambda company, day, who: (company, D - timedelta(days=day), tuple(who)),
        companies,
        days,
        st.lists(holders, min_size=1, max_size=4),
    ),
    max_size=8,
)
introduced_by = st.lists(
    st.tuples(companies, days, holders, st.integers(1, 100), st.integers(1, 3)), max_size=8
)


@given(contracts, meetings_of, introduced_by, st.randoms(use_true_random=False))
def test_each_side_comes_to_the_whole_in_any_order(
    signed: list[SignedLead],
    met_by: list[tuple[int, date, tuple[int, ...]]],
    told: list[tuple[int, int, int, int, int]],
    mixed: random.Random,
) -> None:
    meetings = [FirstMeeting(company, day, number, who) for number, (company, day, who) in enumerate(met_by)]
    introductions = [
        Introduction(company, D - timedelta(days=day), number, who, share, campaign)
        for number, (company, day, who, share, campaign) in enumerate(told)
    ]
    parts = attributed(signed, meetings, introductions)
    for side in CreditSide:
        of_side = [part for part in parts if part.side is side]
        assert sum(part.credit for part in of_side) == WHOLE * len(signed)
        assert sum(part.amount for part in of_side) == sum(one.amount for one in signed)
    for rows in (signed, meetings, introductions):
        mixed.shuffle(rows)
    assert attributed(signed, meetings, introductions) == parts


@given(st.integers(0, 10**12), st.dictionaries(st.integers(-2, 9), st.integers(0, 100), max_size=6))
def test_parts_come_to_the_whole(whole: int, weights: dict[int, int]) -> None:
    parts = shared_out(whole, weights)
    assert sum(parts.values()) == (whole if sum(weights.values()) else 0)
    assert all(part >= 0 for part in parts.values())


# --- in the county -----------------------------------------------------------------------------------


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def the_year() -> OutcomeDays:
    return OutcomeDays(today() - timedelta(days=364), today())


def told(of: metrics.Credits) -> dict[str, list[float]]:
    lines = {line.who.name if line.who else "合计": line for line in (*of.lines, of.total) if line}
    return {name: [one.number for one in line.sums] for name, line in lines.items()}


def signed(county: County) -> None:
    with ContactMade():
        a_signed_lead(county)


@pytest.mark.both_databases
def test_who_met_it_first_and_who_owned_it_stand_beside_each_other(county: County) -> None:
    a_visit(county, held_on=today() - timedelta(days=100))
    signed(county)
    names = county.resident.name, county.officer.name
    found = told(metrics.credits_of(ComparedBy.PERSON, the_year(), county.head))
    assert found == {names[0]: [1, 0, 0], names[1]: [0, 0, 1], "说不上": [0, 1, 0], "合计": [1, 1, 1]}
    of_teams = told(metrics.credits_of(ComparedBy.TEAM, the_year(), county.head))
    assert of_teams[county.team.name] == [1, 0, 0] and of_teams["不在驻点组的人"] == [0, 0, 1]


@pytest.mark.both_databases
def test_handing_a_lead_over_later_moves_no_credit(county: County) -> None:
    a_visit(county, held_on=today() - timedelta(days=100))
    with ContactMade():
        lead = a_signed_lead(county)
    before = told(metrics.credits_of(ComparedBy.PERSON, the_year(), county.head))
    with acting_as(county.head):
        leads.assign_lead(lead, owner_id=person_id(county.outsider), effective_on=today())
    db.session.commit()
    assert told(metrics.credits_of(ComparedBy.PERSON, the_year(), county.head)) == before


@pytest.mark.both_databases
def test_each_number_opens_its_contracts(county: County, client: FlaskClient) -> None:
    second = make_team("第二组", county.bureau)
    mate = an_actor(county.bureau, Role.RESIDENT, second)
    together = [person_of(county.resident), person_of(mate)]
    a_visit(county, held_on=today() - timedelta(days=100), people=together)
    signed(county)
    me = sign_in(client, county.head)
    path = f"/outcomes/credit?by=team&from={the_year().first}&to={the_year().last}"
    page = me.get(path).text
    assert "0.5" in page
    numbers = Numbers(page)
    assert without_a_link(numbers) == []
    for url, number in opened_by(numbers):
        behind = me.get(html.unescape(url)).text
        assert behind.count("data-line") == 1 and (number in (0, 1)), url
        assert re.search(r"合计 (0\.5|1) 个", behind), url
    assert me.get(path.replace("credit", "credit/print")).status_code == 200


@pytest.mark.both_databases
def test_members_of_a_team_read_what_is_theirs_and_no_sum_of_the_county(
    county: County, client: FlaskClient
) -> None:
    signed(county)
    me = sign_in(client, county.resident)
    page = me.get("/outcomes/credit").text
    assert county.team.name in page and "说不上</th>" not in page and "合计</th>" not in page
    assert me.get("/outcomes/credit/rows").status_code == 404
