import pytest

from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.people import LONGEST_PERSON, MOST_PEOPLE, read_other_names, read_people

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
    ("written", "kept"),
    [
        ("０５１２－６８００１２３４", "0512-68001234"),
        ("17012340001.0", "17012340001"),
        ("0512-68001234转802", "0512-68001234-802"),
        ("0512-68001234 转 802", "0512-68001234-802"),
        ("（0512）68001234-802", "0512-68001234-802"),
        ("0086-17012340001", "17012340001"),
        ("+86 170 1234 0001", "17012340001"),
        ("0086 0512-68001234", "0512-68001234"),
        ("0512—68001234", "0512-68001234"),
        ("170\xa01234\u200b0001", "17012340001"),
        ("手机：17012340001", "17012340001"),
        ("办公室 0512-68001234", "0512-68001234"),
        ("400-800-1234", "400-800-1234"),
        ("68001234", "68001234"),
    ],
)
def test_a_phone_is_read_in_every_way_of_writing_it(written, kept):
    found = read(contact="林一舟", phone=written)
    assert (found.people[0].phone, found.problems, found.doubts) == (kept, {}, {})


@pytest.mark.parametrize(
    "written", ["17012340001/0512-68001234", "0512-68001234 17012340001", "0512-68001234、68001235"]
)
def test_of_several_phones_in_one_cell_the_first_is_kept_and_said(written):
    found = read(contact="林一舟", phone=written)
    assert found.people[0].phone in {"17012340001", "0512-68001234"}
    assert "写了 2 个电话" in found.doubts[Column.CONTACT_PHONE]


@pytest.mark.parametrize(
    "written", ["51268001234", "2168001234", "37168001234", "1012345678", "512-68001234"]
)
def test_a_phone_whose_leading_zero_is_lost_refuses_the_row_and_says_why(written):
    found = read(contact="林一舟", phone=written)
    assert "座机区号前面的 0 没有了" in found.problems[Column.CONTACT_PHONE]
    assert written not in found.problems[Column.CONTACT_PHONE]


@pytest.mark.parametrize(
    "written", ["1371234567", "54321", "打前台", f"安然 {MOBILE}", "微信 lin_bing", "137123456789"]
)
def test_a_phone_nobody_understands_is_kept_as_it_stands_where_phones_are_masked(written):
    found = read(contact="贺晓冬", phone=written)
    assert (told(found), found.problems) == ([("贺晓冬", "", written)], {})
    assert "照原样记下" in found.doubts[Column.CONTACT_PHONE]
    assert written not in found.doubts[Column.CONTACT_PHONE]


@pytest.mark.parametrize(
    "written", ["1.7012E+10", "1.7E10", f"请先打总机再转研发中心行政办公室找刘主任，{'下午' * 10}"]
)
def test_a_phone_that_is_lost_or_too_long_is_left_out_and_said(written):
    found = read(contact="贺晓冬", phone=written)
    assert found.problems == {}
    assert found.doubts


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({"contact": "冬" * (LONGEST_PERSON + 1)}, 0),
        ({"contact": "贺晓冬", "post": "职" * 61}, 0),
        (
            {"contact": "、".join(f"冬{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子"[: MOST_PEOPLE + 1])},
            MOST_PEOPLE,
        ),
    ],
)
def test_who_finds_no_room_is_left_out_and_said_without_a_name(cells, kept):
    found = read(**cells)
    assert (len(found.people), found.problems) == (kept, {})
    assert found.doubts
    assert not any(text in sentence for sentence in found.doubts.values() for text in cells.values())


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
