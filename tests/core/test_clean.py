"""Text as it comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.clean import clean_line, clean_text, says_nothing


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("苏州\x00澜川", "苏州澜川"),
        ("澜川\ud800", "澜川"),
        ("  澜川\u202e ", "澜川"),
        ("é", "é"),
        ("一\r\n二", "一\n二"),
        ("\ufeff澜川\u200b", "澜川"),
        ("苏州⻓江⻋⻢", "苏州长江车马"),
        ("苏州⻓江\x00⻋⻢", "苏州长江车马"),
    ],
)
def test_controls_and_surrogates_are_taken_out(given_text, kept):
    assert clean_text(given_text) == kept


@given(st.text())
def test_any_text_can_be_stored_afterwards(text):
    cleaned = clean_text(text)
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean_text(cleaned) == cleaned


@given(st.text())
def test_a_line_is_one_line(text):
    assert "\n" not in clean_line(text)


MARKS = [
    "-",
    "—",
    "——",
    "－－",
    "/",
    "\\",
    "／",
    "＼",
    "*",
    "**",
    "※",
    "…",
    "……",
    "无",
    "暂无",
    "（无）",
    "无/无",
    "未填",
    "未公示",
    "未披露",
    "N/A",
    "n.a.",
    "NULL",
    "空",
    "【空】",
    "----",
    "、",
    "～",
    "|",
]


@pytest.mark.parametrize("mark", ["", "  ", "\u200b", "　", "-" * 30, "企业选择不公示", *MARKS])
def test_marks_of_nothing_say_nothing(mark):
    assert says_nothing(mark)


@pytest.mark.parametrize(
    "text", ["无锡", "0", "★", "√", "#N/A", "#REF!", "无人机", "空调", "NA公司", "已约回访"]
)
def test_what_says_something_is_kept(text):
    assert not says_nothing(text)


@given(st.text(alphabet="-—/\\*…无 （）", max_size=30))
def test_any_run_of_marks_says_nothing(text):
    assert says_nothing(text)
