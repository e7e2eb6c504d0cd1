"""Which terms of posts cannot stand beside each other."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.register.posts.enums import PostKind
from app.register.posts.rules import Term, problems_of_term

LEADER, DEPUTY, FORCE = PostKind
BEGIN, END = date(2026, 1, 1), date(2026, 6, 30)
DAY = timedelta(days=1)
HERS = Term(1, "甲", LEADER, BEGIN, END)


@pytest.mark.parametrize(
    ("term", "at", "says"),
    [
        (Term(2, "乙", LEADER, END, None), "starts_on", "甲这段时间是链长（2026-01-01 至 2026-06-30）"),
        (Term(2, "乙", LEADER, BEGIN - DAY, None), "starts_on", "链长同时只有一位"),
        (Term(2, "乙", LEADER, BEGIN - DAY, BEGIN), "starts_on", "链长同时只有一位"),
        (Term(1, "甲", LEADER, END, None), "person", "甲这段时间已经是链长"),
        (Term(2, "乙", LEADER, END + DAY, END), "ends_on", "写反了"),
        (Term(2, "乙", LEADER, date(202, 7, 1), None), "starts_on", "看看年份"),
    ],
)
def test_what_cannot_stand_beside_a_leader_is_told_at_its_field(term: Term, at: str, says: str) -> None:
    problems = problems_of_term(term, [HERS])
    assert [*problems] == [at] and says in problems[at]


@pytest.mark.parametrize(
    "term",
    [
        Term(2, "乙", LEADER, END + DAY, None),
        Term(2, "乙", LEADER, BEGIN - 30 * DAY, BEGIN - DAY),
        Term(2, "乙", DEPUTY, BEGIN, None),
        Term(1, "甲", FORCE, BEGIN, None),
        Term(1, "甲", LEADER, END + DAY, None),
    ],
)
def test_a_leader_may_follow_the_last_day_of_another_and_other_posts_are_held_beside(term: Term) -> None:
    assert problems_of_term(term, [HERS]) == {}


def test_several_people_are_deputies_or_of_the_task_force_at_once_but_nobody_twice() -> None:
    for post in (DEPUTY, FORCE):
        hers = Term(1, "甲", post, BEGIN)
        assert problems_of_term(Term(2, "乙", post, BEGIN), [hers]) == {}
        assert "甲这段时间已经是" in problems_of_term(Term(1, "甲", post, END), [hers])["person"]


DAYS = st.dates(date(2020, 1, 1), date(2020, 2, 28))
TERMS = st.builds(
    Term,
    st.integers(1, 3),
    st.just("甲"),
    st.sampled_from(PostKind),
    DAYS,
    st.none() | DAYS,
).filter(lambda term: term.ends_on is None or term.starts_on <= term.ends_on)


@given(st.lists(TERMS, max_size=8))
def test_whatever_is_taken_in_turn_there_is_one_leader_on_each_day_and_nobody_twice(told: list[Term]) -> None:
    taken: list[Term] = []
    for term in told:
        if not problems_of_term(term, taken):
            taken.append(term)
    for number in range(70):
        held = [term for term in taken if term.covers(date(2019, 12, 25) + number * DAY)]
        assert sum(term.post is LEADER for term in held) <= 1
        assert len({(term.person_id, term.post) for term in held}) == len(held)
