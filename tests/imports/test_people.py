import pytest

from app.imports.enums import Column
from app.imports.people import LONGEST_PERSON, MOST_PEOPLE, read_other_names, read_people

MOBILE, OTHER = "13812346021", "13912346022"


def read(contact="", post="", phone="", contact_2="", phone_2=""):
    cells = {
        Column.CONTACT: contact,
        Column.CONTACT_POST: post,
        Column.CONTACT_PHONE: phone,
        Column.CONTACT_2: contact_2,
        Column.CONTACT_PHONE_2: phone_2,
    }
    return read_people({column: text for column, text in cells.items() if text})


def told(found):
    return [(one.name, one.post, one.phone) for one in found.people]


@pytest.mark.parametrize(
    ("cells", "people"),
    [
        ({"contact": "贺晓冬"}, [("贺晓冬", "", None)]),
        (
            {"contact": "贺晓冬", "post": "董事长、总经理", "phone": MOBILE},
            [("贺晓冬", "董事长、总经理", MOBILE)],
        ),
        (
            {"contact": "贺晓冬、安然", "post": "经理、主任", "phone": f"{MOBILE}、{OTHER}"},
            [("贺晓冬", "经理", MOBILE), ("安然", "主任", OTHER)],
        ),
        (
            {"contact": "贺晓冬\n安然", "phone": f"{MOBILE}\n{OTHER}"},
            [("贺晓冬", "", MOBILE), ("安然", "", OTHER)],
        ),
        (
            {"contact": "贺晓冬", "contact_2": "安然", "phone_2": OTHER},
            [("贺晓冬", "", None), ("安然", "", OTHER)],
        ),
        (
            {"contact": f"贺晓冬（经理）{MOBILE}；安然 0512-12345678"},
            [("贺晓冬", "经理", MOBILE), ("安然", "", "0512-12345678")],
        ),
        ({"phone": f"贺晓冬 {MOBILE}"}, [("贺晓冬", "", MOBILE)]),
        ({"contact": f"联系人：贺晓冬 电话：{MOBILE}"}, [("贺晓冬", "", MOBILE)]),
        ({"contact": "贺 冬", "phone": "138 1234 6021"}, [("贺冬", "", MOBILE)]),
        ({"contact": "贺晓冬", "phone": f"{MOBILE}（微信同号）"}, [("贺晓冬", "", MOBILE)]),
        ({"contact": "贺晓冬", "phone": f"+86 {MOBILE}"}, [("贺晓冬", "", MOBILE)]),
        ({"contact": "、、", "phone": "；"}, []),
    ],
)
def test_people_are_read_as_county_lists_write_them(cells, people):
    found = read(**cells)
    assert (told(found), found.problems) == (people, {})


@pytest.mark.parametrize(
    "cells",
    [
        {"contact": "贺晓冬", "phone": "1371234567"},
        {"contact": "贺晓冬", "phone": "54321"},
        {"contact": "贺晓冬", "phone": "打前台"},
        {"contact": "贺晓冬", "phone": f"安然 {MOBILE}"},
        {"contact": "冬" * (LONGEST_PERSON + 1)},
        {"contact": "贺晓冬", "post": "职" * 61},
        {"contact": "、".join(f"冬{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子"[: MOST_PEOPLE + 1])},
    ],
)
def test_what_cannot_be_read_is_a_problem_without_the_number(cells):
    found = read(**cells)
    assert found.problems
    assert not any(text in sentence for sentence in found.problems.values() for text in cells.values())


@pytest.mark.parametrize("cells", [{"phone": "0512-12345678"}, {"contact": MOBILE}, {"post": "经理"}])
def test_a_phone_of_nobody_is_left_out_and_said(cells):
    found = read(**cells)
    assert (found.people, found.problems) == ([], {})
    assert "没有写联系人姓名" in next(iter(found.doubts.values()))


def test_a_second_phone_of_one_person_is_left_out_and_said():
    found = read(contact="贺晓冬", phone=f"{MOBILE} {OTHER}")
    assert told(found) == [("贺晓冬", "", MOBILE)]
    assert found.doubts[Column.CONTACT_PHONE] == "第 1 位联系人写了 2 个电话，只记第一个"


def test_names_in_one_cell_are_parted_and_each_stands_once():
    assert read_other_names("澜川、 澜川科技；LANCHUAN\n澜川、。") == ("澜川", "澜川科技", "LANCHUAN")
