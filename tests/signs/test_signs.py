"""扩张迹象: entered, put right, archived; shown at the company, in the list and by search."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.core.values.registries import NAMED_IN, OF_COMPANIES, Sought
from app.register.enterprises.models import Enterprise
from app.register.signs import indexing, queries, services
from app.register.signs.enums import SignKind
from app.register.signs.listing import SIGNS
from app.register.signs.models import ExpansionSign
from tests.factories.enterprises import file_away, make_enterprise
from tests.factories.leads import County, a_county, sign_in
from tests.factories.signs import a_sign, an_archived_sign, sign_data
from tests.services.client import forms_of
from tests.services.index import drained

Db = scoped_session[Session]
DAY = timedelta(days=1)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def other(county: County) -> Enterprise:
    with acting_as(county.officer):
        company = make_enterprise("苏州澜川新材料有限公司", region="320506")
        db.session.commit()
    return company


def opened(sign: ExpansionSign) -> str:
    return f"/signs/{sign.public_id}"


def typed(company: Enterprise | None, **changed: str) -> dict[str, str]:
    named = {"enterprise": company.name, "enterprise_id": company.public_id} if company else {}
    return {
        **named,
        "kind": "funding",
        "happened_on": today().isoformat(),
        "what": "完成 B 轮融资",
        "amount": "1.2亿",
        "source": "公司公告",
        "source_url": "https://example.com/notice",
    } | changed


def only() -> ExpansionSign:
    return db.session.scalars(select(ExpansionSign)).one()


# --- on pages ----------------------------------------------------------------------------------------


def test_an_officer_enters_a_sign_and_its_page_the_company_and_the_list_show_it(
    client: FlaskClient, county: County
) -> None:
    me, company = sign_in(client, county.officer), county.enterprise
    answer = me.submit("/signs/new", typed(company))
    sign = only()
    assert answer.location == opened(sign)
    assert (sign.amount, sign.author_id) == (120_000_000, county.officer.person_id)
    page = me.get(opened(sign)).text
    assert "完成 B 轮融资" in page and "公司公告" in page and 'href="https://example.com/notice"' in page
    at_company = me.get(f"/enterprises/{company.public_id}").text
    assert at_company.count(opened(sign)) >= 2  # at the side and on the timeline
    assert f"/signs/new?enterprise={company.public_id}" in at_company
    assert company.name in me.get("/signs").text


def test_a_company_that_nobody_has_registered_can_be_entered_with_its_sign(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    name = "宁波启泓储能技术有限公司"
    refused = me.submit("/signs/new", typed(None, enterprise=name))
    assert refused.status_code == 422 and "库里没有" in refused.text
    me.submit("/signs/new", typed(None, enterprise=name, register=name))
    assert only().enterprise.name == name


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, county: County
) -> None:
    me, company = sign_in(client, county.officer), county.enterprise
    tomorrow = (today() + DAY).isoformat()
    refused = me.submit(
        "/signs/new",
        typed(company, happened_on=tomorrow, source_url="javascript:alert(1)", what="二期开工"),
    )
    assert refused.status_code == 422
    assert "还没有到" in refused.text and "以 http:// 或 https:// 开头" in refused.text
    assert "二期开工" in refused.text
    refused = me.submit("/signs/new", typed(company, kind="", source="", what=""))
    assert "选类别" in refused.text and "写清从哪里知道的" in refused.text
    assert "写一句发生了什么" in refused.text
    assert db.session.scalars(select(ExpansionSign)).all() == []


def test_a_change_is_saved_and_a_second_one_from_an_old_page_is_not_lost(
    client: FlaskClient, county: County
) -> None:
    sign = a_sign(county.officer, county.enterprise)
    me = sign_in(client, county.colleague)
    saved = me.submit(f"{opened(sign)}/edit", typed(None, what="完成 C 轮融资", amount=""))
    assert saved.location == opened(sign)
    row = db.session.get_one(ExpansionSign, sign.id, populate_existing=True)
    assert (row.what, row.amount, row.author_id) == ("完成 C 轮融资", None, county.officer.person_id)
    with acting_as(county.officer), pytest.raises(Stale):
        services.change_sign(sign, 1, sign_data("又改"))


def test_a_form_that_is_sent_back_as_it_was_shown_changes_no_amount(
    client: FlaskClient, county: County
) -> None:
    sign = a_sign(county.officer, county.enterprise, amount=200_000)
    me = sign_in(client, county.officer)
    page = f"{opened(sign)}/edit"
    shown = next(form for form in forms_of(me.get(page).text) if "amount" in form.fields)
    me.submit(page, {name: str(value) for name, value in shown.fields.items()})
    assert db.session.get_one(ExpansionSign, sign.id, populate_existing=True).amount == 200_000


def test_one_that_was_wrong_is_archived_with_its_reason_and_can_come_back(
    client: FlaskClient, county: County
) -> None:
    sign = a_sign(county.officer, county.enterprise)
    me = sign_in(client, county.officer)
    me.submit(opened(sign), {"reason": "公告更正了"}, f"{opened(sign)}/archive")
    page = me.get(opened(sign)).text
    assert "已归档，只能查看：公告更正了" in page and "/edit" not in page
    assert me.get(f"{opened(sign)}/edit").status_code == 403
    assert opened(sign) not in me.get(f"/enterprises/{county.enterprise.public_id}").text
    assert opened(sign) not in me.get("/signs").text
    assert opened(sign) in me.get("/signs?archived=1").text
    me.submit(opened(sign), {}, f"{opened(sign)}/restore")
    assert not db.session.get_one(ExpansionSign, sign.id, populate_existing=True).is_archived


def test_whoever_reads_companies_reads_their_signs_and_only_who_enters_companies_writes(
    client: FlaskClient, county: County
) -> None:
    sign = a_sign(county.officer, county.enterprise)
    for reader in (county.outsider, county.leader):
        assert "完成 B 轮融资" in sign_in(client, reader).get(opened(sign)).text
    with acting_as(county.leader), pytest.raises(NotAllowed):
        services.create_sign(county.enterprise, sign_data("扩建二期"))
    with acting_as(county.leader), pytest.raises(NotAllowed):
        services.change_sign(sign, sign.version, sign_data("扩建二期"))


# --- rules -------------------------------------------------------------------------------------------


def test_the_same_is_told_once_of_a_company(county: County, other: Enterprise) -> None:
    first = a_sign(county.officer, county.enterprise, "完成 B 轮融资")
    with acting_as(county.colleague):
        with pytest.raises(RuleBroken, match="已经登记过"):
            services.create_sign(county.enterprise, sign_data("完成B轮融资。"))
        services.create_sign(county.enterprise, sign_data("完成 B 轮融资", on=today() - DAY))
        services.create_sign(county.enterprise, sign_data("完成 B 轮融资", SignKind.OTHER))
        services.create_sign(other, sign_data("完成 B 轮融资"))
        services.change_sign(first, first.version, sign_data("完成 B 轮融资", amount=None))


def test_one_that_was_entered_anew_does_not_come_back_beside_it(county: County) -> None:
    old = an_archived_sign(county.officer, county.enterprise)
    a_sign(county.officer, county.enterprise)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="不用恢复"):
        services.ARCHIVING.restore(old, old.version)


def test_nothing_is_written_of_an_archived_company(
    client: FlaskClient, county: County, other: Enterprise
) -> None:
    sign = a_sign(county.officer, other)
    file_away(other)
    db.session.commit()
    with acting_as(county.officer):
        with pytest.raises((NotAllowed, RuleBroken)):
            services.create_sign(other, sign_data("扩建二期"))
        with pytest.raises((NotAllowed, RuleBroken)):
            services.change_sign(sign, sign.version, sign_data("扩建二期"))
    me = sign_in(client, county.officer)
    assert "/edit" not in me.get(opened(sign)).text
    assert me.get(f"{opened(sign)}/edit").status_code == 403


# --- reads -------------------------------------------------------------------------------------------


def test_the_recent_signs_of_many_companies_come_in_one_statement(county: County, other: Enterprise) -> None:
    company = county.enterprise
    since = today() - 365 * DAY
    first = a_sign(county.officer, company, "招聘 200 人", SignKind.HIRING, since)
    last = a_sign(county.officer, company, "二期开工", SignKind.EXPANSION)
    a_sign(county.officer, company, "五年前上市", SignKind.FUNDING, since - DAY)
    an_archived_sign(county.officer, company, "中标某项目", SignKind.CONTRACT)
    theirs = a_sign(county.officer, other)
    db.session.commit()
    ids = [company.id, other.id]
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        rows = queries.recent_signs(ids, since)
        told = [row.what for row in rows if row.enterprise_id == ids[0]]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert told == ["二期开工", "招聘 200 人"]
    assert len(asked) == 1, asked
    assert {row.id for row in rows} == {first.id, last.id, theirs.id}
    assert list(queries.recent_signs([], since)) == []


def test_a_link_of_a_chain_tells_what_happened_at_its_companies_within_a_year(
    county: County, other: Enterprise, app: Flask
) -> None:
    company = county.enterprise
    a_sign(county.officer, company, "五年前上市", on=today() - 5 * 365 * DAY)
    a_sign(county.officer, company, "二期开工", SignKind.EXPANSION, today() - DAY)
    a_sign(county.officer, other)
    with app.test_request_context():
        block = OF_COMPANIES["signs"]([company.id, other.id], county.leader)
        assert OF_COMPANIES["signs"]([], county.leader) is None
    assert block is not None
    assert [row.title for row in block.rows] == [f"{other.name}　融资", f"{company.name}　扩产"]


def test_the_list_is_narrowed_by_words_kind_days_place_and_source(county: County, other: Enterprise) -> None:
    old = a_sign(
        county.officer,
        county.enterprise,
        "招聘 200 人",
        SignKind.HIRING,
        today() - 500 * DAY,
        None,
        "招聘网站",
    )
    new = a_sign(county.officer, other, "完成 B 轮融资")

    def found(view: str = "all", **asked: object) -> list[ExpansionSign]:
        page = SIGNS.page(SIGNS.asked(asked, view=view), county.leader)
        return list(page.rows)

    assert found() == [new, old]
    assert found(q="澜川 融资") == [new]
    assert found(q="招聘网站") == [old]
    assert found(kind=frozenset({SignKind.HIRING})) == [old]
    assert found(source="公告") == [new]
    assert found(enterprise=other) == [new]
    assert found(view="recent") == [new]


def test_a_page_of_the_list_asks_as_it_is_addressed(
    client: FlaskClient, county: County, other: Enterprise
) -> None:
    old = a_sign(county.officer, county.enterprise, "招聘 200 人", SignKind.HIRING, today() - 500 * DAY)
    new = a_sign(county.officer, other, "完成 B 轮融资")
    me = sign_in(client, county.officer)
    for asked in (
        "region=320506",
        "kind=funding",
        f"from={today() - DAY}",
        "source=公告&view=recent",
    ):
        text = me.get(f"/signs?{asked}").text
        assert opened(new) in text and opened(old) not in text, asked


def test_it_is_found_by_its_words_and_by_its_company(client: FlaskClient, county: County) -> None:
    sign = a_sign(county.officer, county.enterprise, "完成 B 轮融资")
    drained()
    me = sign_in(client, county.officer)
    assert opened(sign) in me.get("/search?q=B轮融资").text
    assert opened(sign) in me.get(f"/search?q={county.enterprise.name}").text
    assert indexing.SOURCE.find("融资", county.outsider, 5) == [sign.public_id]


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    sign = a_sign(county.officer, county.enterprise, source="严文舟来电")
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["signs"](sought, county.officer)] == [sign.public_id]
