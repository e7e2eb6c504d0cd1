from app.enterprises.enums import EnterpriseStatus
from app.enterprises.rules import core_key, name_key
from app.imports.enums import RowVerdict
from app.imports.rules import Reading
from app.imports.verdicts import Found, Keyed, Known, Seen, judge

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
    return Known(7, "a" * 16, {**empty, **keys, **values})


def library(*rows):
    found = Found()
    for row in rows:
        if row.code:
            found.by_code[row.code] = row
        found.by_name.setdefault(row.values["name_key"], []).append(row)
        found.by_core.setdefault(row.values["core_key"], []).append(row)
    return found


def judged(name, code=None, found=None, seen=None, number=2, **values):
    row = Reading(number, {}, {"name": name, **({"credit_code": code} if code else {}), **values})
    return judge(row, Keyed.of(row), found or Found(), seen or Seen())


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
    assert (one.verdict, one.reason) == (RowVerdict.DUPLICATE, "和库里企业同名，信用代码不同")


def test_a_former_name_is_suspected():
    found = Found(by_other_name={name_key("苏州老澜川有限公司"): [known("苏州澜川新材料有限公司")]})
    assert "曾用名" in judged("苏州老澜川有限公司", found=found).reason


def test_a_name_that_differs_by_place_and_form_is_suspected():
    one = judged("澜川新材料（苏州）有限公司", None, library(known("苏州澜川新材料有限公司")))
    assert "只差地名" in one.reason


def test_two_codes_that_hold_are_two_companies_however_alike():
    one = judged("南京澜川新材料有限公司", OTHER, library(known("苏州澜川新材料有限公司", CODE)))
    assert one.verdict is RowVerdict.NEW


def test_rows_of_one_file_are_compared_with_each_other():
    seen = Seen()
    assert judged("苏州澜川新材料有限公司", seen=seen, number=2).verdict is RowVerdict.NEW
    again = judged("苏州澜川新材料有限公司", seen=seen, number=9)
    assert (again.verdict, again.reason) == (RowVerdict.DUPLICATE, "和本表第 2 行同名")


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
