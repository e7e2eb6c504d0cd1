import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.register.enterprises.rules import (
    Likeness,
    check_credit_code,
    core_key,
    likeness_of_cores,
    masked_email,
    masked_phone,
    name_key,
    name_problem,
    read_phone,
)
from tests.factories.enterprises import a_credit_code

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = Path(os.environ.get("SHARED_DATA", ROOT / "../shared/data")) / "demo/uscc_examples.csv"


@pytest.mark.parametrize(
    "written",
    [
        "苏州澜川新材料有限公司",
        " 苏州澜川 新材料有限公司",
        "蘇州瀾川新材料有限公司",
        "苏州澜川新材料（有限公司）",
    ],
)
def test_width_script_spaces_and_brackets_make_no_other_name(written):
    assert name_key(written) == "苏州澜川新材料有限公司"


@pytest.mark.parametrize(
    "written",
    [
        "苏州澜川新材料有限公司",
        "苏州市澜川新材料股份有限公司",
        "澜川新材料（苏州）有限公司",
        "江苏省苏州市澜川新材料集团有限公司",
        "澜川新材料",
    ],
)
def test_place_and_legal_form_do_not_count_for_the_core(written):
    assert core_key(written) == "澜川新材料"


@pytest.mark.parametrize(("name", "core"), [("上海有限公司", "上海"), ("北京公司", "北京"), ("（）", "")])
def test_a_core_never_becomes_empty_while_a_name_is_there(name, core):
    assert core_key(name) == core


def test_a_radical_copied_from_a_pdf_makes_no_other_name():
    assert name_key("苏州⻓江⻋⾺有限公司") == name_key("苏州长江车马有限公司")


@given(st.text(max_size=200))
def test_any_text_has_keys_within_the_column(text):
    assert len(name_key(text)) <= 120 and len(core_key(text)) <= 120
    assert bool(name_key(text)) == bool(core_key(text))


@given(st.text(max_size=60))
def test_keys_of_keys_are_the_keys(text):
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize("name", ["", "（）", "甲", "!!"])
def test_a_name_needs_two_letters(name):
    assert "企业全称" in name_problem(name)


def test_likeness_is_said_in_words_and_the_surest_comes_first():
    assert likeness_of_cores("澜川新材料", "澜川新材料") is Likeness.SAME_CORE
    assert likeness_of_cores("澜川新材料科技", "澜川新材科技") is Likeness.MUCH_ALIKE
    assert likeness_of_cores("澜川新材料", "澜川纺织") is None
    assert Likeness.SAME_CODE < Likeness.SAME_NAME < Likeness.ALIKE
    assert Likeness.SAME_CORE.words == "去掉地名和公司形式后相同"


def _examples():
    if not EXAMPLES.exists():
        pytest.skip(f"缺少参考数据 {EXAMPLES.name}：用 SHARED_DATA 指明其目录")
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_example_of_a_credit_code_is_judged_as_it_should():
    wrong = [row for row in _examples() if not _as_expected(row)]
    assert wrong == []


def _as_expected(row):
    check = check_credit_code(row["input"])
    match row["verdict"]:
        case "valid" | "normalises":
            return (
                check.code == (row["normalised"] or row["input"]) and not check.problem and not check.warning
            )
        case "bad_check":
            return bool(check.problem) and check.may_override
        case "empty" | "empty_word":
            return check.code is None and check.problem is None
        case _:
            return bool(check.problem) and not check.may_override


@pytest.mark.parametrize(
    "code", ["91330100799655058B", "914403001922038216", "9144030071526726XG", "91110000802100433B"]
)
def test_codes_that_are_in_use_hold(code):
    assert check_credit_code(code).problem is None
    assert check_credit_code(code).warning == ""


def test_a_check_digit_of_zero_holds():
    codes = [a_credit_code(number) for number in range(200)]
    assert any(code.endswith("0") for code in codes)
    assert all(check_credit_code(code).problem is None for code in codes)


def test_a_wrong_organisation_code_inside_only_warns():
    good = a_credit_code(7)
    for letter in "0123456789X":
        for last in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            check = check_credit_code(good[:16] + letter + last)
            if check.problem is None and good[16] != letter:
                assert "组织机构代码" in check.warning
                return
    raise AssertionError("no such code was made")


@given(st.text(max_size=40))
def test_any_text_is_judged(text):
    check = check_credit_code(text)
    assert check.code is None or len(check.code) <= 40


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13812346021", "13812346021"),
        ("+86 138-1234-6021", "13812346021"),
        ("０５１２－６１２３４５６７", "0512-61234567"),
        ("400-820-8820", "400-820-8820"),
        ("+81312345678", "+81312345678"),
        ("", None),
    ],
)
def test_numbers_are_kept_in_one_form(written, kept):
    assert read_phone(written) == (kept, None)


@pytest.mark.parametrize("written", ["12", "电话", "1381234602", "138123460211"])
def test_what_is_no_number_is_refused_with_an_example(written):
    assert "13812346021" in read_phone(written)[1]


@pytest.mark.parametrize(
    ("phone", "shown"), [("13812346021", "138****6021"), ("1234567", "*******"), (None, None), ("", None)]
)
def test_a_masked_number_keeps_too_little_to_call(phone, shown):
    assert masked_phone(phone) == shown


def test_a_masked_address_keeps_its_host():
    assert masked_email("he.xiaodong@example.com") == "h***@example.com"
