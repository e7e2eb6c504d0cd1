"""What a guest list says, which code opens the door, when an event is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.promotion.gatherings.rules import (
    MOST_PASTED,
    TypedGuest,
    door_code,
    is_good_code,
    plain_phone,
    problems_of_days,
    read_guests,
    why_no_door,
    why_no_reply,
)

DAY, NEXT = date(2026, 9, 7), date(2026, 9, 8)
NOON = datetime(2026, 9, 7, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("", ""),
        ("138 0000 0001", "13800000001"),
        ("+86-138-0000-0001", "13800000001"),
        ("（0512）6512345", "05126512345"),
        ("问秘书", None),
        ("123", None),
    ],
)
def test_a_phone_is_read_as_people_write_it(typed: str, phone: str | None) -> None:
    assert plain_phone(typed) == phone


@pytest.mark.parametrize(
    "pasted",
    [
        "严文舟\t澜川新材料\t副总\t13800000001",
        "严文舟，澜川新材料，副总，138 0000 0001",
        "职务\t姓名\t手机号\t单位\n副总\t严文舟\t13800000001\t澜川新材料",
        "\n  \n严文舟\t澜川新材料\t副总\t+86 13800000001\n",
    ],
)
def test_a_list_is_read_by_its_order_or_by_its_headings(pasted: str) -> None:
    assert read_guests(pasted) == ([TypedGuest("严文舟", "澜川新材料", "副总", "13800000001")], [])


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("\t澜川新材料\t副总\t13800000001", "第 1 行：没有姓名"),
        ("严文舟\t澜川\t副总\t问秘书", "第 1 行：电话「问秘书」不是号码"),
        (f"{'严' * 61}\t澜川", "第 1 行：姓名、单位或职务太长"),
        ("甲\t\t\t13800000001\n乙\n丙\t\t\t138 0000 0001", "第 1、3 行的电话相同"),
        ("甲\n" * (MOST_PASTED + 1), f"一次最多贴 {MOST_PASTED} 行"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(pasted: str, said: str) -> None:
    _guests, problems = read_guests(pasted)
    assert len(problems) == 1 and said in problems[0]


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_told(pasted: str) -> None:
    guests, problems = read_guests(pasted)
    assert problems or all(guest.name for guest in guests)


@pytest.mark.parametrize(
    ("minutes", "opens", "sends"),
    [
        (0, True, True),
        (4, True, True),
        (9, True, True),
        (11, False, True),
        (29, False, True),
        (40, False, False),
    ],
)
def test_a_code_opens_for_minutes_and_sends_a_little_longer(minutes: int, opens: bool, sends: bool) -> None:
    code, later = door_code("key", "one", NOON), NOON + timedelta(minutes=minutes)
    assert is_good_code("key", "one", code, later, to_send=False) is opens
    assert is_good_code("key", "one", code, later, to_send=True) is sends


def test_a_code_is_good_for_its_event_and_its_key_alone_and_not_before_its_time() -> None:
    code = door_code("key", "one", NOON)
    assert not is_good_code("key", "two", code, NOON, to_send=True)
    assert not is_good_code("other", "one", code, NOON, to_send=True)
    assert not is_good_code("key", "one", code, NOON - timedelta(minutes=10), to_send=True)
    assert not is_good_code("key", "one", "", NOON, to_send=True)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (DAY, DAY, None),
        (NEXT, DAY, "last_on"),
        (DAY, DAY + timedelta(31), "last_on"),
        (date(206, 9, 7), date(206, 9, 7), "first_on"),
    ],
)
def test_days_that_cannot_be_are_refused(first: date, last: date, field: str | None) -> None:
    assert list(problems_of_days(first, last)) == ([field] if field else [])


def test_the_door_is_open_on_its_days_and_an_invitation_until_then() -> None:
    before, after = DAY - timedelta(1), NEXT + timedelta(1)
    assert [bool(why_no_door(DAY, NEXT, day)) for day in (before, DAY, NEXT, after)] == [
        True,
        False,
        False,
        True,
    ]
    assert [bool(why_no_reply(NEXT, day)) for day in (before, NEXT, after)] == [False, False, True]
