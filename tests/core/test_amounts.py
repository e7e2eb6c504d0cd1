"""The one reader of amounts: what is read, what is kept with a flag, what is refused and why."""

from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.core.values.money import LARGEST, WAN, YI, in_wan, in_words, in_yi, meanings_of, read_amount


def each(listed: str) -> list[str]:
    return listed.split()


WAYS_OF_ONE_FIGURE = {
    350_000_000: """3.5亿 3.5个亿 三点五亿 三亿五 3亿5 三亿五千万 3亿5千万 三个半亿 三亿半 35000万 3.5亿元整
        人民币3.5亿元 总投资3.5亿元 总投资:3.5亿 投资额为3.5亿 计划总投资3.5亿元人民币 3.5亿元(人民币)
        3.5(亿元) ３．５亿 350,000,000元 RMB3.5亿 ￥3.5亿 叁亿伍仟万圆整 3。5亿""",
    30_000_000: """3000万 三千万 3,000万 3千万 3000w 0.3亿 三千万元整 30百万 3000 ３０００ 30000千元
        30,000,000.00元 注册资本3000万元""",
    5_000_000: "500万 500 五百万 五百 500万块 5百万 ¥500万",
    50_000_000: "半亿 半个亿 5000万 五千万",
    150_000_000: "一亿五 一亿五千 一亿半 一个半亿 1亿5千万",
}


@pytest.mark.parametrize(
    ("typed", "yuan"), [(typed, yuan) for yuan, ways in WAYS_OF_ONE_FIGURE.items() for typed in each(ways)]
)
def test_one_figure_is_read_in_every_way_of_writing_it(typed, yuan):
    read = read_amount(typed)
    assert (read.yuan, read.approximate, read.problem) == (yuan, False, "")


@pytest.mark.parametrize("gap", [" ", "　", "\u00a0", "\u200b", "\ufeff", "\u2060", "\u200d"])
def test_gaps_and_invisible_signs_change_nothing(gap):
    assert read_amount(f"{gap}4.5{gap}个{gap}亿{gap}").yuan == 450_000_000


OPEN_FIGURES = {
    2 * YI: """2-3亿 ２－３亿 2~3亿 2～3亿 2—3亿 2–3个亿 2到3亿 两到三亿 两三亿 两三个亿 2亿至3亿 2亿元-3亿元
        约2亿 大约2-3亿 总投资约2亿元 2亿左右 2亿+ 2+亿 2亿以上 2亿元及以上 2亿多 2亿余元 两亿多 两个多亿
        超2亿 超过2亿元 不低于2亿 至少2亿 ≥2亿 >2亿 预计2亿 暂定2亿元 近2亿 2亿起""",
    3000 * WAN: "3000多万 三千多万 3000余万元 3000-5000万 3000-5000 三五千万 3000万~1亿 3千-5千万",
    3 * WAN * 100: "三百-五百万 3百多万",
    10 * YI: "十多亿 10亿元（分两期） 10亿元分两期 10亿（含土地）",
    12_000 * WAN: "1亿2千多万 1.2亿元左右（一期）",
    5 * YI: "5亿，其中一期2亿 总投资5亿元，固定资产投资3亿元",
    1000 * WAN: "1000万元人民币（实缴500万）",
}


@pytest.mark.parametrize(
    ("typed", "least"), [(typed, least) for least, ways in OPEN_FIGURES.items() for typed in each(ways)]
)
def test_of_an_open_figure_the_least_is_read_and_a_look_is_asked_for(typed, least):
    read = read_amount(typed)
    assert (read.yuan, read.definite, read.approximate, read.needs_review) == (least, None, True, True)


@pytest.mark.parametrize(
    "typed",
    each(
        "面议 待定 未定 保密 暂未确定 金额待定 投资额待定 尚未明确 面谈 另议 待洽谈 无 暂无 不便透露 未披露"
    ),
)
def test_true_words_of_no_figure_are_taken_for_what_they_are(typed):
    read = read_amount(typed)
    assert (read.yuan, read.undecided, read.problem) == (None, True, "")


@pytest.mark.parametrize(
    "typed",
    each(
        "500万美元 US$500.00 500万港币 三百万美元 HK$300万 5亿日元 美元五百万 €20万 5亿美元（约36亿元人民币）"
    ),
)
def test_a_foreign_currency_is_never_converted(typed):
    read = read_amount(typed)
    assert (read.yuan, read.foreign) == (None, True)


REFUSED = {
    "位置不对": ["1 200,50", "35,00万", "12,34", "1.200,50", "1,2345", "2 3亿", "1.2.3万", "3'500万"],
    "不能是负数": each("-3亿 －5亿 −3亿 负5亿 -0.5"),
    "最多多少": each("不超过5亿 5亿以下 5亿以内 最多3亿 不到2亿 <3亿"),
    "读不出是多少": each("几千万 数亿元 上亿 十几亿 好几个亿"),
    "太大了": ["580000000万元", "3万亿", "9" * 40],
    "写成 2.6亿": each(
        """亿 万元 约 个亿 3亿50 3亿5元 二千三 1亿亿 3亿-2亿 1-2-3亿 2、3亿 5000-1亿 2-3000万 1.5亿5 一期5亿
        5亿，二期10亿 2026年开工 实缴500万 很多 NaN 1e9 $5m ∞ 一亿五百 （5亿）"""
    ),
}


@pytest.mark.parametrize(
    ("typed", "why"), [(typed, why) for why, typed_so in REFUSED.items() for typed in typed_so]
)
def test_the_rest_is_refused_with_how_to_write_it(typed, why):
    read = read_amount(typed)
    assert (read.yuan, read.undecided, read.foreign) == (None, False, False)
    assert why in read.problem


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("100000000", [("100000000元", YI), ("100000000万元", 10_000 * YI)]),
        ("580000000", [("580000000元", 580_000_000)]),
        ("3.5", [("3.5万元", 35_000), ("3.5亿元", 350_000_000)]),
        ("2-3", [("2-3万元", 20_000), ("2-3亿元", 2 * YI)]),
        ("约3左右", [("约3万元左右", 30_000), ("约3亿元左右", 3 * YI)]),
    ],
)
def test_a_bare_figure_of_unusual_size_may_mean_something_else(typed, meant):
    assert [(one.raw, one.yuan) for one in meanings_of(read_amount(typed))] == meant


@pytest.mark.parametrize(
    "typed", ["3000", "10", "1000000", "3万", "200亿", "100000000元", "面议", "0", "", "9" * 40]
)
def test_a_figure_of_usual_size_or_with_its_unit_leaves_no_question(typed):
    assert meanings_of(read_amount(typed)) == []


@given(st.integers(min_value=1, max_value=LARGEST // 100).map(lambda hundreds: hundreds * 100))
@example(LARGEST)
def test_what_the_product_writes_is_read_back(yuan):
    assert read_amount(f"{in_wan(yuan)} 万元").yuan == yuan
    in_whole_wan = yuan - yuan % (100 * WAN)
    assume(in_whole_wan)
    assert read_amount(f"{in_yi(in_whole_wan)} 亿元").yuan == in_whole_wan
    assert read_amount(in_words(in_whole_wan)).yuan == in_whole_wan


UNITS = st.sampled_from(
    [("元", 1), ("万", WAN), ("万元", WAN), ("千万", 1000 * WAN), ("亿", YI), ("个亿", YI), ("亿元", YI)]
)
FIGURES = st.decimals(min_value=Decimal("0.01"), max_value=9999, places=2)
BEFORE = st.sampled_from(["", "约", "总投资", "预计总投资约", "超过", "人民币", "不低于", "合同金额："])
BEHIND = st.sampled_from(["", "左右", "以上", "+", "（分两期）", "，其中一期先建", "人民币", " "])


@given(FIGURES, UNITS, BEFORE, BEHIND)
def test_words_around_a_figure_never_change_its_size(figure, unit, before, behind):
    name, size = unit
    read = read_amount(f"{before}{figure}{name}{behind}")
    assert read.yuan is not None
    assert abs(read.yuan - figure * size) <= 1


@given(FIGURES, FIGURES, UNITS, st.sampled_from(["-", "～", "至", "到", "—"]))
def test_a_range_reads_as_its_lower_end(low, high, unit, between):
    assume(low < high <= low * 100)
    name, size = unit
    for typed in (f"{low}{between}{high}{name}", f"{low}{name}{between}{high}{name}"):
        yuan = read_amount(typed).yuan
        assert yuan is not None
        assert abs(yuan - low * size) <= 1


@given(FIGURES, FIGURES, UNITS)
def test_more_is_never_read_as_less(one, other, unit):
    small, large = (read_amount(f"{figure}{unit[0]}").yuan for figure in sorted((one, other)))
    assert small is not None
    assert large is not None
    assert small <= large


@given(
    st.text(
        alphabet="0123456789.,- 万亿元千百个多约至到两三五点半零（），;+<>以上下余几其中分期美人民币",
        max_size=20,
    )
)
def test_no_text_is_too_odd_and_what_is_not_read_says_why(text):
    read = read_amount(text)
    assert read.yuan is not None or read.undecided or read.foreign or read.problem or not text.strip()


@pytest.mark.parametrize("typed", ["5²亿", "①亿", "3₂00万", "½亿"])
def test_a_raised_or_circled_figure_is_no_figure(typed: str) -> None:
    assert read_amount(typed).yuan is None
