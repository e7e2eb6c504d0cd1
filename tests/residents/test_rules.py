"""What cannot be said of a team, as tables."""

from datetime import date

import pytest

from app.promotion.residents import rules
from app.promotion.residents.rules import Membership

D = date
LUO = Membership("罗青", D(2025, 3, 1), D(2025, 8, 31))
BAI = Membership("白桦", D(2025, 9, 1), None)


@pytest.mark.parametrize(
    ("opened", "closed", "members", "field", "said"),
    [
        (D(2025, 3, 1), None, [LUO, BAI], "", ""),
        (D(2025, 3, 2), None, [LUO, BAI], "opened_on", "罗青 2025-03-01 就在组里了"),
        (D(2025, 3, 1), D(2025, 8, 31), [LUO], "", ""),
        (D(2025, 3, 1), D(2025, 8, 30), [LUO], "closed_on", "罗青到 2025-08-31"),
        (D(2025, 3, 1), D(2026, 8, 30), [LUO, BAI], "closed_on", "白桦还没有最后一天"),
        (D(2025, 3, 1), D(2025, 2, 1), [], "closed_on", "写反"),
        (D(205, 3, 1), None, [], "opened_on", "看看年份"),
    ],
)
def test_the_days_of_a_team_hold_all_its_members(
    opened: date, closed: date | None, members: list[Membership], field: str, said: str
) -> None:
    found = rules.problems_of_days(opened, closed, members)
    assert list(found) == ([field] if field else [])
    assert said in found.get(field, "")


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (D(2026, 1, 1), None, ""),
        (D(2026, 1, 1), D(2026, 1, 1), ""),
        (D(2026, 1, 2), D(2026, 1, 1), "until"),
        (D(2026, 6, 2), None, "since"),
        (D(202, 6, 2), None, "since"),
    ],
)
def test_when_a_team_keeps_up_with_an_association(since: date, until: date | None, field: str) -> None:
    assert list(rules.problems_of_association(since, until, D(2026, 6, 1))) == ([field] if field else [])


def test_the_equipment_is_short_lines() -> None:
    assert rules.problems_of_things(["笔记本电脑 3 台"] * rules.MOST_THINGS) == {}
    assert "41 行" in rules.problems_of_things(["电脑"] * 41)["equipment"]
    assert "第 2 行" in rules.problems_of_things(["电脑", "长" * 61])["equipment"]
