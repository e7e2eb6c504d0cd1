from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.folding import FoldedCompany
from app.exchange.imports.companies.rows import CompanyRow
from app.exchange.imports.companies.updates import FoundCompanies, KnownCompany, RowKeys
from app.exchange.imports.companies.verdicts import Seen, judge
from app.exchange.imports.enums import RowVerdict
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.rules import core_key, name_key

CODE, OTHER = "91330100799655058B", "914403001922038216"


def known(name, code=None, **values):
    empty = {
        **dict.fromkeys(("region_code", "industry_code", "capital", "capital_text"), None),
        **dict.fromkeys(("established_on", "headcount"), None),
        "status": EnterpriseStatus.ACTIVE,
        "code_overridden": False,
        "scope": "",
        "notes": "",
        "origin": "",
    }
    keys = {"name": name, "name_key": name_key(name), "core_key": core_key(name), "credit_code": code}
    return KnownCompany(7, "a" * 16, {**empty, **keys, **values})


def library(*rows):
    found = FoundCompanies()
    for row in rows:
        if row.code:
            found.by_code[row.code] = row
        found.by_name.setdefault(row.values["name_key"], []).append(row)
        found.by_core.setdefault(row.values["core_key"], []).append(row)
    return found


def judged(name, code=None, found=None, seen=None, number=2, **values):
    row = CompanyRow(number, {}, {"name": name, **({"credit_code": code} if code else {}), **values})
    company, seen = FoldedCompany(row, keys=RowKeys.of(row)), seen or Seen()
    one = judge(company, found or FoundCompanies(), seen)
    seen.remember(company)
    return one


def test_an_unknown_company_is_new():
    assert judged("苏州澜川新材料有限公司").verdict is RowVerdict.NEW


def test_the_same_code_is_an_update_and_a_new_name_renames():
    one = judged("苏州盈阡新材料有限公司", CODE, library(known("苏州澜川新材料有限公司", CODE)))
    assert one.verdict is RowVerdict.UPDATE
    assert one.changes["name"] == ("苏州澜川新材料有限公司", "苏州盈阡新材料有限公司")


def test_the_same_name_without_codes_changes_only_what_the_file_fills():
    one = judged(
        "苏州澜川新材料有限公司",
        None,
        library(known("苏州澜川新材料有限公司", scope="旧", notes="留着")),
        scope="新",
    )
    assert (one.verdict, one.changes) == (RowVerdict.UPDATE, {"scope": ("旧", "新")})


def test_other_brackets_are_no_change():
    one = judged("澜川新材料(苏州)有限公司", None, library(known("澜川新材料（苏州）有限公司")))
    assert one.verdict is RowVerdict.UNCHANGED


def test_a_missing_code_is_filled_in():
    one = judged("苏州澜川新材料有限公司", CODE, library(known("苏州澜川新材料有限公司")))
    assert one.changes["live_code"] == (None, CODE)


def test_the_same_name_with_another_code_is_suspected():
    one = judged("苏州澜川新材料有限公司", OTHER, library(known("苏州澜川新材料有限公司", CODE)))
    assert one.verdict is RowVerdict.DUPLICATE
    assert CODE in one.reason
    assert OTHER in one.reason
    assert one.candidates == (), "an update would mix two companies"


def test_a_former_name_is_suspected():
    found = FoundCompanies(by_other_name={name_key("苏州老澜川有限公司"): [known("苏州澜川新材料有限公司")]})
    assert "曾用名" in judged("苏州老澜川有限公司", found=found).reason


def test_a_name_that_differs_by_place_and_form_is_suspected():
    one = judged("澜川新材料（苏州）有限公司", None, library(known("苏州澜川新材料有限公司")))
    assert "只差地名" in one.reason


def test_two_codes_that_hold_are_two_companies_however_alike():
    one = judged("南京澜川新材料有限公司", OTHER, library(known("苏州澜川新材料有限公司", CODE)))
    assert one.verdict is RowVerdict.NEW


def test_likeness_by_place_alone_is_no_suspicion_in_another_prefecture():
    found = library(known("苏州澜川新材料有限公司"))
    assert judged("南京澜川新材料有限公司", None, found).verdict is RowVerdict.NEW
    assert judged("澜川新材料股份有限公司", None, found).verdict is RowVerdict.DUPLICATE
    elsewhere = judged("澜川新材料股份有限公司", None, found, region_code="340100")
    assert elsewhere.verdict is RowVerdict.NEW


def test_two_of_one_name_in_the_library_are_both_possible():
    found = library(known("安徽双码新材料有限公司", CODE), known("安徽双码新材料有限公司", OTHER))
    one = judged("安徽双码新材料有限公司", None, found)
    assert (one.reason, one.match, len(one.candidates)) == ("库里有 2 家同名企业", None, 2)


def test_a_third_code_beside_two_namesakes_is_a_third_company_that_somebody_decides_on():
    found = library(known("安徽双码新材料有限公司", CODE), known("安徽双码新材料有限公司", OTHER))
    one = judged("安徽双码新材料有限公司", "91320506YY00000107", found)
    assert (one.verdict, one.candidates) == (RowVerdict.DUPLICATE, ())
    assert one.match is not None, "so that no update is offered"
    assert CODE in one.reason
    assert OTHER in one.reason


def test_one_name_with_two_codes_in_the_file_is_two_companies():
    seen = Seen({name_key("安徽双码新材料有限公司"): frozenset({CODE, OTHER})})
    assert judged("安徽双码新材料有限公司", CODE, seen=seen, number=2).verdict is RowVerdict.NEW
    assert judged("安徽双码新材料有限公司", OTHER, seen=seen, number=3).verdict is RowVerdict.NEW
    without = judged("安徽双码新材料有限公司", None, seen=seen, number=4)
    assert (without.verdict, "没有写代码" in without.reason) == (RowVerdict.DUPLICATE, True)
    found = library(known("安徽双码新材料有限公司", CODE))
    assert judged("安徽双码新材料有限公司", OTHER, found, Seen(seen.name_codes), 5).verdict is RowVerdict.NEW


def test_an_archived_company_is_suspected_with_its_reason():
    old = known("苏州澜川新材料有限公司", CODE, archive_reason="登记错误")
    old = replace(old, archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    one = judged("苏州澜川新材料有限公司", None, FoundCompanies(archived={old.values["name_key"]: [old]}))
    assert (one.verdict, one.match) == (RowVerdict.DUPLICATE, old)
    assert "登记错误" in one.reason
    other = judged("苏州澜川新材料有限公司", OTHER, FoundCompanies(archived={old.values["name_key"]: [old]}))
    assert other.verdict is RowVerdict.NEW


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("340104", "340000", False),
        ("340104", "340100", False),
        ("340100", "340104", True),
        ("340104", "340103", True),
        ("340104", "320000", False),
        (None, "340000", True),
    ],
)
def test_a_place_never_becomes_less_exact(before, after, changed):
    found = library(known("安徽粗细电池有限公司", CODE, region_code=before))
    one = judged("安徽粗细电池有限公司", CODE, found, region_code=after)
    assert ("region_code" in one.changes) is changed
    assert (Column.REGION in one.reading.doubts) is (after == "320000")


@given(st.from_regex(r"[A-T]\d{0,4}", fullmatch=True), st.from_regex(r"[A-T]\d{0,4}", fullmatch=True))
def test_an_industry_never_becomes_shorter(before, after):
    found = library(known("安徽粗细电池有限公司", CODE, industry_code=before))
    one = judged("安徽粗细电池有限公司", CODE, found, industry_code=after)
    assert len(one.changes.get("industry_code", (before, before))[1]) >= len(before)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [("合肥同名有限公司", "合肥同名有限责任公司"), ("合肥同名有限公司", "合肥同名股份有限公司")],
)
def test_a_legal_form_alone_is_no_change_of_name(mine, theirs):
    for name, other in ((mine, theirs), (theirs, mine)):
        one = judged(name, CODE, library(known(other, CODE)))
        assert one.verdict is RowVerdict.UNCHANGED
        assert bool(one.reading.doubts) is ("股份" in name + other)


def test_rows_of_one_file_are_compared_with_each_other():
    seen = Seen()
    assert judged("苏州澜川新材料有限公司", seen=seen, number=2).verdict is RowVerdict.NEW
    again = judged("苏州澜川新材料股份有限公司", seen=seen, number=9)
    assert (again.verdict, again.reason) == (RowVerdict.DUPLICATE, "和本表第 2 行只差地名或公司形式")
    elsewhere = judged("南京澜川新材料股份有限公司", seen=seen, number=10)
    assert elsewhere.verdict is RowVerdict.NEW


def test_judging_a_row_twice_does_not_make_it_its_own_duplicate():
    seen = Seen()
    judged("苏州澜川新材料有限公司", CODE, seen=seen)
    assert judged("苏州澜川新材料有限公司", CODE, seen=seen).verdict is RowVerdict.NEW


def test_words_never_replace_a_figure():
    one = judged(
        "苏州澜川新材料有限公司",
        None,
        library(known("苏州澜川新材料有限公司", capital=5, capital_text="5元")),
        capital_text="面议",
    )
    assert one.verdict is RowVerdict.UNCHANGED
