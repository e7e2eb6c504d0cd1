"""Amounts as people write them, and as the product writes them."""

import pytest

from app.core.values.money import in_wan, in_words, in_yi, read_amount


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("3.5亿", 350_000_000),
        ("1200万", 12_000_000),
        ("1200", 12_000_000),
        ("１２００万元", 12_000_000),
        ("2,600", 26_000_000),
        ("0.3亿元", 30_000_000),
        ("5千万", 50_000_000),
        ("80000000元", 80_000_000),
        (" 3.5 亿 ", 350_000_000),
        ("约2.6亿", 260_000_000),
        ("1亿以上", 100_000_000),
        ("0", 0),
        ("三千万", 30_000_000),
        ("五百万元人民币", 5_000_000),
        ("人民币壹仟贰佰万圆整", 12_000_000),
        ("1亿2千万", 120_000_000),
        ("2亿3000万元", 230_000_000),
        ("1亿零500万", 105_000_000),
        ("1.2千万", 12_000_000),
        ("十五亿", 1_500_000_000),
        ("一百零五万", 1_050_000),
        ("两亿五千万", 250_000_000),
        ("五百", 5_000_000),
        ("三千五百六十元", 3560),
        ("约三千万", 30_000_000),
        ("¥500万", 5_000_000),
    ],
)
def test_a_figure_is_read_with_its_unit_and_a_bare_one_as_wan(typed, yuan):
    assert read_amount(typed).yuan == yuan


@pytest.mark.parametrize(
    "typed",
    [
        *("面议", "-3亿", "NaN", "1e9", "∞", "1" * 40, "", "万", "千万"),
        *("3亿50", "一亿五百", "二千三", "二〇", "1亿2亿", "1.2.3万", "九" * 40),
        *("500万美元", "三百万港币", "美元五百万"),
    ],
)
def test_what_is_no_figure_keeps_its_words_and_reads_as_nothing(typed):
    reading = read_amount(typed)
    assert (reading.yuan, reading.raw) == (None, typed)


@pytest.mark.parametrize(
    ("typed", "needed"), [("约2000", True), ("面议", True), ("5", True), ("3亿", False), ("200亿", True)]
)
def test_doubtful_figures_ask_for_a_second_look(typed, needed):
    assert read_amount(typed).needs_review is needed


def test_a_figure_in_numerals_says_so():
    assert (read_amount("三千万").spelled, read_amount("3000万").spelled) == (True, False)


def test_a_figure_without_unit_can_be_read_in_yuan():
    assert read_amount("580000000", unit=1).yuan == 580_000_000


def test_figures_are_written_with_two_decimals_and_thousands():
    assert in_wan(123_456_789_00) == "1,234,567.89"
    assert in_yi(260_000_000) == "2.60"
    assert in_yi(None) == "未填"
    assert in_wan(-15_000) == "−1.50"


def test_words_choose_the_unit_that_suits_the_size():
    assert in_words(260_000_000) == "2.60 亿元"
    assert in_words(35_000_000) == "3,500 万元"
