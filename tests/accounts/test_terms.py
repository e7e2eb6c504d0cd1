"""Terms in resident teams: on one day a person is in one team, and a team has one head."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from app.core.values.errors import RuleBroken
from app.register.accounts import services
from app.register.accounts.rules import TeamDays, TeamTerm, problems_of_term
from tests.factories.accounts import make_person, make_team

Db = scoped_session[Session]
DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)


def term(person: int, team: int, first: int, last: int | None, *, is_head: bool = False) -> TeamTerm:
    """Days are counted from the first of January."""
    ends_on = FIRST + last * DAY if last is not None else None
    return TeamTerm(person, f"人{person}", team, f"组{team}", FIRST + first * DAY, ends_on, is_head)


@pytest.mark.parametrize(
    ("asked", "others", "field", "said"),
    [
        (term(1, 1, 10, 20), [], "", ""),
        (term(1, 1, 10, 9), [], "ends_on", "写反"),
        (term(1, 1, 10, 10), [], "", ""),
        # one team on one day, whichever team it is
        (term(1, 1, 10, None), [term(1, 2, 0, 9)], "", ""),
        (term(1, 1, 10, None), [term(1, 2, 0, 10)], "starts_on", "「组2」（2026-01-01 至 2026-01-11）"),
        (term(1, 1, 10, None), [term(1, 1, 0, None)], "starts_on", "「组1」（2026-01-01 起）"),
        (term(1, 1, 10, 30), [term(1, 2, 25, 40)], "ends_on", "「组2」（2026-01-26 至 2026-02-10）"),
        (term(1, 1, 10, None), [term(1, 2, 25, None)], "ends_on", "已经在「组2」"),
        (term(1, 1, 10, 24), [term(1, 2, 25, None)], "", ""),
        (term(1, 1, 10, 20), [term(2, 1, 0, None)], "", ""),
        # one head on one day
        (term(1, 1, 10, 20, is_head=True), [term(2, 1, 0, 10, is_head=True)], "is_head", "人2这段时间是"),
        (term(1, 1, 11, 20, is_head=True), [term(2, 1, 0, 10, is_head=True)], "", ""),
        (term(1, 1, 10, 20, is_head=True), [term(2, 2, 0, None, is_head=True)], "", ""),
        (term(1, 1, 10, 20, is_head=True), [term(2, 1, 0, None)], "", ""),
    ],
)
def test_what_is_wrong_with_a_term_beside_others(
    asked: TeamTerm, others: list[TeamTerm], field: str, said: str
) -> None:
    found = problems_of_term(asked, others)
    assert list(found) == ([field] if field else [])
    assert said in found.get(field, "")


@pytest.mark.parametrize(
    ("asked", "days", "field"),
    [
        (term(1, 1, 10, 20), TeamDays(), ""),
        (term(1, 1, 10, 20), TeamDays(FIRST + 10 * DAY), ""),
        (term(1, 1, 10, 20), TeamDays(FIRST + 11 * DAY), "starts_on"),
        (term(1, 1, 10, 20), TeamDays(None, FIRST + 20 * DAY), ""),
        (term(1, 1, 10, 21), TeamDays(None, FIRST + 20 * DAY), "ends_on"),
        (term(1, 1, 10, None), TeamDays(None, FIRST + 20 * DAY), "ends_on"),
        (term(1, 1, 21, None), TeamDays(None, FIRST + 20 * DAY), "starts_on"),
    ],
)
def test_a_term_lies_within_the_days_of_its_team(asked: TeamTerm, days: TeamDays, field: str) -> None:
    assert list(problems_of_term(asked, [], days)) == ([field] if field else [])


TERMS = st.builds(
    lambda person, team, first, length, is_head: term(
        person, team, first, None if length is None else first + length, is_head=is_head
    ),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, 25),
    st.none() | st.integers(0, 12),
    st.booleans(),
)


@given(st.lists(TERMS, max_size=12))
def test_whatever_is_taken_nobody_is_in_two_teams_and_no_team_has_two_heads(asked: list[TeamTerm]) -> None:
    taken: list[TeamTerm] = []
    for one in asked:
        if not problems_of_term(one, taken):
            taken.append(one)
    for offset in range(45):
        here = [one for one in taken if one.covers(FIRST + offset * DAY)]
        people = [one.person_id for one in here]
        headed = [one.team_id for one in here if one.is_head]
        assert len(people) == len(set(people)) and len(headed) == len(set(headed))


@given(TERMS, TERMS)
def test_two_terms_stand_beside_each_other_whichever_comes_first(one: TeamTerm, other: TeamTerm) -> None:
    assert bool(problems_of_term(one, [other])) is bool(problems_of_term(other, [one]))


pytestmark = pytest.mark.both_databases


def test_somebody_who_is_in_a_team_is_taken_into_no_other_one_and_is_told_where_they_are(session: Db) -> None:
    person, first, second = make_person("白桦"), make_team("驻苏州组"), make_team("驻深圳组")
    services.join_team(person, first, FIRST)
    with pytest.raises(RuleBroken) as refused:
        services.join_team(person, second, FIRST + 30 * DAY)
    assert "白桦这段时间已经在「驻苏州组」（2026-01-01 起）" in refused.value.problems["starts_on"]


def test_a_last_day_is_not_moved_into_the_next_term(session: Db) -> None:
    person, first, second = make_person("白桦"), make_team(), make_team("驻深圳组")
    before = services.join_team(person, first, FIRST, FIRST + 9 * DAY)
    services.join_team(person, second, FIRST + 10 * DAY)
    with pytest.raises(RuleBroken) as refused:
        services.leave_team(before, FIRST + 10 * DAY)
    assert "「驻深圳组」" in refused.value.problems["ends_on"]
    services.leave_team(before, FIRST + 8 * DAY)
    assert before.ends_on == FIRST + 8 * DAY


def test_a_term_is_put_right_by_the_rule_by_which_it_is_entered(session: Db) -> None:
    team = make_team()
    services.join_team(make_person("罗青"), team, FIRST, FIRST + 9 * DAY, is_head=True)
    row = services.join_team(make_person(), team, FIRST)
    with pytest.raises(RuleBroken) as refused:
        services.correct_term(row, FIRST, None, is_head=True)
    assert "罗青这段时间是" in refused.value.problems["is_head"]
    services.correct_term(row, FIRST + 10 * DAY, None, is_head=True)
    assert row.is_head and row.starts_on == FIRST + 10 * DAY
