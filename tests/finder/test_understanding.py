"""What officials type is read as text and conditions; what is no condition stays text."""

from datetime import date

import pytest

from app.finding.finder.enums import Condition
from app.finding.finder.understanding import SearchVocabulary, days_of, together, understand

TODAY = date(2026, 11, 23)
YI, WAN = 100_000_000, 10_000
PLACES = {"宁波": ("3302",), "浙江": ("33",), "苏州": ("3205",), "吉林": ("22", "2202")}
WORDS = SearchVocabulary(
    today=TODAY,
    kinds={"走访": "visit", "企业": "enterprise"},
    stages={"在谈": ("negotiating",), "签约": ("signed",)},
    me=("me",),
    teams=("delta",),
    units=("bureau", "section"),
    places=lambda word: PLACES.get(word, ()),
    industries=lambda word: {"锂离子电池制造": ("C3841",), "C38": ("C38",)}.get(word, ()),
    holders=lambda word: {
        "何立群": (Condition.OWNER, ("he",)),
        "招商二科": (Condition.UNIT, ("second",)),
    }.get(word),
)


def read(typed: str) -> tuple[str, dict[Condition, object]]:
    meant = understand(typed, WORDS)
    return meant.text, {part.condition: part.values or (part.least, part.most) for part in meant.parts}


def test_place_trade_amount_and_stage_become_text_and_three_conditions() -> None:
    assert read("宁波 锂电 1亿以上 在谈") == (
        "锂电",
        {
            Condition.REGION: ("3302",),
            Condition.AMOUNT: (YI, None),
            Condition.STAGE: ("negotiating",),
        },
    )


@pytest.mark.parametrize(
    ("typed", "days", "text"),
    [
        ("11月拜访", (date(2026, 11, 1), date(2026, 11, 30)), ""),
        ("11月份的走访", (date(2026, 11, 1), date(2026, 11, 30)), ""),
        ("上周走访", (date(2026, 11, 16), date(2026, 11, 22)), ""),
        ("本月拜访记录", (date(2026, 11, 1), date(2026, 11, 30)), ""),
        ("11月5日拜访", (date(2026, 11, 5), date(2026, 11, 5)), ""),
        ("近一周走访", (date(2026, 11, 16), TODAY), ""),
        ("11月来访", (date(2026, 11, 1), date(2026, 11, 30)), "来访"),
        ("上周接待", (date(2026, 11, 16), date(2026, 11, 22)), "接待"),
        ("昨天的电话", (date(2026, 11, 22), date(2026, 11, 22)), "电话"),
        ("11月 拜访", (date(2026, 11, 1), date(2026, 11, 30)), ""),
    ],
)
def test_visits_of_a_time_are_asked_for_without_a_gap(typed: str, days: tuple[date, date], text: str) -> None:
    bounds = tuple(day.toordinal() for day in days)
    assert read(typed) == (text, {Condition.DAY: bounds, Condition.KIND: ("visit",)})


def test_what_was_understood_without_a_gap_is_taken_back_word_by_word() -> None:
    meant = understand("11月来访", WORDS)
    left = {part.condition: meant.without(part, "11月来访") for part in meant.parts}
    assert left == {Condition.DAY: "走访 来访", Condition.KIND: "11月 来访"}


@pytest.mark.parametrize("typed", ["今天国际", "十月稻田", "电话机", "企业", "上周拜访者", "春秋项目"])
def test_a_name_that_begins_like_a_time_stays_whole(typed: str) -> None:
    assert Condition.DAY not in read(typed)[1]


@pytest.mark.parametrize(
    ("word", "bounds"),
    [
        ("1亿以上", (YI, None)),
        ("1亿元及以上", (YI, None)),
        ("1个亿以上", (YI, None)),
        ("一个亿以内", (1, YI)),
        ("1.5亿起", (YI * 3 // 2, None)),
        ("超过5000万", (5000 * WAN, None)),
        (">=2亿", (2 * YI, None)),
        ("一亿以上", (YI, None)),
        ("3千万以上", (3000 * WAN, None)),
        ("5000万以下", (1, 5000 * WAN)),
        ("5,000万元以内", (1, 5000 * WAN)),
        ("不到1亿", (1, YI)),
        ("1-3亿", (YI, 3 * YI)),
        ("1亿-3亿", (YI, 3 * YI)),
        ("5000万~1亿", (5000 * WAN, YI)),
        ("1到3亿之间", (YI, 3 * YI)),
        ("五千万至一亿", (5000 * WAN, YI)),
    ],
)
def test_amounts_are_read(word: str, bounds: tuple[int, int | None]) -> None:
    assert read(f"电池 {word}") == ("电池", {Condition.AMOUNT: bounds})


@pytest.mark.parametrize(
    "word",
    [
        "1亿",
        "100以上",
        "3-1亿",
        "以上",
        "亿以上",
        "1.2.3亿以上",
        "5000吨以上",
        "500万美元以上",
        "一二三",
        "2026",
    ],
)
def test_what_is_no_plain_amount_stays_text(word: str) -> None:
    assert read(f"电池 {word}") == (f"电池 {word}", {})


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("今天", TODAY, TODAY),
        ("昨天", date(2026, 11, 22), date(2026, 11, 22)),
        ("本周", date(2026, 11, 23), date(2026, 11, 29)),
        ("上周", date(2026, 11, 16), date(2026, 11, 22)),
        ("本月", date(2026, 11, 1), date(2026, 11, 30)),
        ("上月", date(2026, 10, 1), date(2026, 10, 31)),
        ("本季度", date(2026, 10, 1), date(2026, 12, 31)),
        ("今年", date(2026, 1, 1), date(2026, 12, 31)),
        ("去年", date(2025, 1, 1), date(2025, 12, 31)),
        ("近三个月", date(2026, 8, 25), TODAY),
        ("最近30天", date(2026, 10, 24), TODAY),
        ("近一周", date(2026, 11, 16), TODAY),
        ("近半年", date(2026, 5, 25), TODAY),
        ("近十二个月", date(2025, 11, 28), TODAY),
        ("10月", date(2026, 10, 1), date(2026, 10, 31)),
        ("2025年12月", date(2025, 12, 1), date(2025, 12, 31)),
        ("12月", date(2025, 12, 1), date(2025, 12, 31)),
        ("11月20日", date(2026, 11, 20), date(2026, 11, 20)),
        ("11月20", date(2026, 11, 20), date(2026, 11, 20)),
        ("11月24号", date(2025, 11, 24), date(2025, 11, 24)),
        ("2025年3月1日", date(2025, 3, 1), date(2025, 3, 1)),
        ("2026-11-20", date(2026, 11, 20), date(2026, 11, 20)),
        ("2026.1.2", date(2026, 1, 2), date(2026, 1, 2)),
        ("2025年", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_stretches_of_time_are_read(word: str, first: date, last: date) -> None:
    assert days_of(word, TODAY) == (first, last)


@pytest.mark.parametrize(
    "word", ["13月", "近", "近天", "近零天", "明天的事", "2026", "月", "2月30日", "2026-11/20", "1.2", "3-5"]
)
def test_what_names_no_time_is_none(word: str) -> None:
    assert days_of(word, TODAY) is None


@pytest.mark.parametrize(
    ("day", "word", "first", "last"),
    [
        (date(2026, 1, 5), "上月", date(2025, 12, 1), date(2025, 12, 31)),
        (date(2024, 2, 29), "本月", date(2024, 2, 1), date(2024, 2, 29)),
        (date(2026, 12, 31), "本季", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_months_turn_with_the_year(day: date, word: str, first: date, last: date) -> None:
    assert days_of(word, day) == (first, last)


@pytest.mark.parametrize(
    ("typed", "text", "conditions"),
    [
        ("在谈", "", {Condition.STAGE: ("negotiating",)}),
        ("在谈的", "", {Condition.STAGE: ("negotiating",)}),
        ("我的 走访", "", {Condition.OWNER: ("me",), Condition.KIND: ("visit",)}),
        ("本组 博元", "博元", {Condition.TEAM: ("delta",)}),
        ("本单位，博元", "博元", {Condition.UNIT: ("bureau", "section")}),
        ("锂离子电池制造 在谈", "", {Condition.INDUSTRY: ("C3841",), Condition.STAGE: ("negotiating",)}),
        ("C38 博元", "博元", {Condition.INDUSTRY: ("C38",)}),
    ],
)
def test_labels_and_people_are_read(typed: str, text: str, conditions: dict[Condition, object]) -> None:
    assert read(typed) == (text, conditions)


@pytest.mark.parametrize("typed", ["宁波", "锂离子电池制造", "浙江 宁波", "宁波 锂离子电池制造"])
def test_a_place_or_an_industry_by_itself_stays_text(typed: str) -> None:
    assert read(typed) == (typed, {})


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "博元充电 有限公司",
        "宁波博元",
        "在谈判",
        "1亿以上项目",
        "\x00",
        "，、；",
        "😀 🏭",
        "a" * 3000,
    ],
)
def test_what_is_not_understood_is_left_exactly_as_it_was_typed(typed: str) -> None:
    assert read(typed) == (typed, {})


def test_nobody_without_a_team_has_our_team() -> None:
    assert understand("本组 博元", SearchVocabulary(today=TODAY)).text == "本组 博元"


def test_a_condition_is_taken_off_by_leaving_its_word_out() -> None:
    typed = "宁波 锂电 1亿以上 在谈"
    meant = understand(typed, WORDS)
    amount = next(part for part in meant.parts if part.condition is Condition.AMOUNT)
    assert meant.without(amount, typed) == "宁波 锂电 在谈"


@pytest.mark.parametrize(
    ("places", "codes"),
    [
        ([("33",), ("3302",)], ("3302",)),
        ([("3302",), ("3205",)], ("3302", "3205")),
        ([("22", "2202")], ("22", "2202")),
        ([("33",), ("33",)], ("33",)),
    ],
)
def test_places_inside_each_other_mean_the_smaller_and_others_mean_either(
    places: list[tuple[str, ...]], codes: tuple[str, ...]
) -> None:
    assert together(places) == codes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("何立群 在谈", ("", {Condition.OWNER: ("he",), Condition.STAGE: ("negotiating",)})),
        ("何立群的 锂电", ("锂电", {Condition.OWNER: ("he",)})),
        ("招商二科", ("", {Condition.UNIT: ("second",)})),
        ("我的走访", ("", {Condition.OWNER: ("me",), Condition.KIND: ("visit",)})),
        ("本组的 签约", ("", {Condition.TEAM: ("delta",), Condition.STAGE: ("signed",)})),
    ],
)
def test_colleagues_units_and_what_is_mine_are_conditions(typed: str, meant: object) -> None:
    assert read(typed) == meant


def test_a_condition_read_out_of_one_word_with_another_can_be_taken_back_alone() -> None:
    meant = understand("我的走访 锂电", WORDS)
    assert [meant.without(part, "我的走访 锂电") for part in meant.parts] == ["走访 锂电", "我的 锂电"]
