from datetime import date

import pytest
from sqlalchemy import event

from app.core.access.auth import SYSTEM
from app.core.storage.db import db
from app.core.web.pages import Count, Sort
from app.register.enterprises import queries
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.listing import ENTERPRISES
from app.register.reference.queries import division, read_industry
from tests.factories.accounts import acting, make_user
from tests.factories.enterprises import a_credit_code, an_archived_enterprise, make_enterprise

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]


def listed(sort=None, number=1, actor=SYSTEM, view="all", **values):
    asked = ENTERPRISES.asked(values, view=view)
    page = ENTERPRISES.page(asked, actor, sort=sort or Sort("name", False), number=number)
    return [row.name for row in page.rows]


def place(code):
    return division(code.ljust(6, "0"))


@pytest.mark.parametrize(
    "asked", ["澜川", "新材料", "蘇州瀾川", "澜川薄膜", "（苏州澜川）", "credit", "  澜川 "]
)
def test_a_company_is_listed_by_any_piece_of_its_name_its_former_name_or_its_code(asked):
    make_enterprise(
        "苏州澜川新材料有限公司", credit_code=a_credit_code(1), former_names=("澜川薄膜有限公司",)
    )
    make_enterprise("丰禾食品有限公司")
    asked = a_credit_code(1).lower() if asked == "credit" else asked
    assert listed(q=asked) == ["苏州澜川新材料有限公司"]


@pytest.mark.parametrize("asked", ["%", "_", "\\", "\U0001f600"])
def test_signs_alone_ask_for_nothing(asked):
    make_enterprise("丰禾食品有限公司")
    assert listed(q=asked) == ["丰禾食品有限公司"]


def test_place_industry_and_status_narrow_by_what_lies_inside():
    make_enterprise("甲电池有限公司", region="320506", industry="C3841")
    make_enterprise("乙电池有限公司", region="320106", industry="C3842", status=EnterpriseStatus.MOVED)
    make_enterprise("丙食品有限公司", region="330106", industry="C1361")
    trade = {code: read_industry(code) for code in ("C", "C38", "C384", "C3841")}
    assert listed(region=place("32")) == listed(industry=trade["C38"]) == listed(industry=trade["C384"])
    assert set(listed(region=place("32"))) == {"甲电池有限公司", "乙电池有限公司"}
    assert listed(region=place("3205")) == listed(industry=trade["C3841"]) == ["甲电池有限公司"]
    assert listed(status=EnterpriseStatus.MOVED) == ["乙电池有限公司"]
    assert len(listed(industry=trade["C"])) == 3


def test_tabs_count_what_they_list():
    user = make_user()
    with acting(user) as actor:
        make_enterprise("我的有限公司")
    make_enterprise("别人的有限公司")
    an_archived_enterprise("归档的有限公司")
    counts = ENTERPRISES.totals(ENTERPRISES.asked(), actor).tabs.views
    assert counts == {"all": Count(2), "mine": Count(1), "archived": Count(1)}
    assert listed(view="mine", actor=actor) == ["我的有限公司"]
    assert listed(view="archived", actor=actor) == ["归档的有限公司"]


def test_every_sortable_column_sorts_both_ways():
    make_enterprise("小公司", capital_text="100", established_on=date(2001, 1, 1))
    make_enterprise("大公司", capital_text="1亿", established_on=date(2020, 1, 1))
    for key in ENTERPRISES.sorts:
        assert listed(Sort(key, False)) == list(reversed(listed(Sort(key, True))))
    assert listed(Sort("capital", True)) == ["大公司", "小公司"]
    assert listed(Sort("established", False)) == ["小公司", "大公司"]


def test_the_largest_capital_comes_first_also_when_some_have_none():
    make_enterprise("没写资本的公司")
    make_enterprise("有资本的公司", capital_text="100")
    assert listed(Sort("capital", True)) == ["有资本的公司", "没写资本的公司"]


def test_pages_follow_each_other_without_gap_or_repeat():
    for number in range(45):
        make_enterprise(f"第{number:02d}号公司")
    pages = [listed(number=number) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert [name for page in pages for name in page] == [f"第{number:02d}号公司" for number in range(45)]


def test_what_somebody_wrote_as_a_company_is_read_when_it_is_clear():
    row = make_enterprise("苏州澜川新材料有限公司", credit_code=a_credit_code(1), aliases=("澜川新材",))
    for written in (row.public_id, a_credit_code(1), "蘇州瀾川新材料有限公司", "澜川新材"):
        assert queries.read_enterprise(written) == row
    make_enterprise("苏州澜川新材料有限公司")
    for written in ("苏州澜川新材料有限公司", "没有这家", "", "（）"):
        assert queries.read_enterprise(written) is None


def test_why_a_written_company_is_not_one_of_the_library():
    name = "苏州澜川新材料有限公司"
    assert queries.why_not_one(name) == "库里没有这家企业，请从提示里选，或先登记企业"
    an_archived_enterprise(name, reason="重复登记")
    assert "已归档（重复登记）" in queries.why_not_one(name)
    for number in range(1, 3):
        make_enterprise(name, credit_code=a_credit_code(number))
    said = queries.why_not_one(name)
    for words in ("库里有 2 家同名", a_credit_code(1), a_credit_code(2)):
        assert words in said
    for number in range(3, 9):
        make_enterprise(name, credit_code=a_credit_code(number))
    assert "库里有 5 家以上同名" in queries.why_not_one(name)


def test_duplicates_take_the_same_few_queries_however_many_companies_there_are():
    def queries_of(name):
        seen = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731 - a named one would be longer
        event.listen(db.engine, "before_cursor_execute", listener)
        queries.find_duplicates(name, a_credit_code(1))
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    make_enterprise("苏州澜川新材料有限公司")
    few = queries_of("昆山澜川新材料有限公司")
    for number in range(30):
        make_enterprise(f"澜川{number}号有限公司")
    assert queries_of("昆山澜川新材料有限公司") == few <= 7
