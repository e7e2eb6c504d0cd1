"""Pages of projects as people see them: list with sums, one project with its whole way, moves, refusals."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.delivery.projects import queries
from app.delivery.projects.enums import ProjectStage
from tests.factories.enterprises import a_credit_code
from tests.factories.leads import a_county, an_enterprise, sign_in
from tests.factories.projects import a_confidential_project, a_project, a_terminated_project, advance
from tests.factories.visits import a_visit, person_of
from tests.services.client import forms_of
from tests.services.conflicts import rows_in

Db = scoped_session[Session]
S = ProjectStage


def test_the_list_sums_what_it_shows_in_yi(session: Db, client) -> None:
    county = a_county()
    projects = [a_project(county), a_project(county, enterprise_id=an_enterprise().id)]
    page = sign_in(client, county.leader).get("/projects").text
    assert all(project.number in page for project in projects)
    assert "5.20" in page and "2 个" in page and "招商口径" in page


def test_the_list_is_narrowed_by_its_address(session: Db, client) -> None:
    county = a_county()
    plain = a_project(county, name="储能一期")
    built = a_project(county, name="膜材二期", enterprise_id=an_enterprise().id)
    advance(built, S.REGISTERED, county.officer)
    me = sign_in(client, county.head)

    def shown(query: str) -> set[str]:
        page = me.get(f"/projects{query}").text
        return {project.name for project in (plain, built) if project.public_id in page}

    day = plain.signed_on
    assert day is not None
    assert shown("") == {"储能一期", "膜材二期"}
    assert shown("?stage=registered") == {"膜材二期"}
    assert shown("?stage=registered&stage=signed") == {"储能一期", "膜材二期"}
    assert shown("?q=储能") == {"储能一期"}
    assert shown(f"?q={plain.number.lower()}") == {"储能一期"}
    assert shown(f"?from={day + timedelta(days=1)}") == set()
    assert shown(f"?from={day}&to={day}") == {"储能一期", "膜材二期"}
    assert shown(f"?owner={person_of(county.officer).public_id}") == {"储能一期", "膜材二期"}
    assert shown(f"?owner={person_of(county.head).public_id}") == set()
    assert shown(f"?unit={county.park.public_id}") == {"储能一期", "膜材二期"}
    assert shown("?view=mine") == set()


@pytest.mark.parametrize(
    "query",
    [
        *("?page=abc", "?page=0", "?stage=moon", "?from=2026-02-30", "?unit=nobody", "?owner=%00nobody"),
        *("?sort=name", "?view=moon", "?archived=yes"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_words(session: Db, client, query: str) -> None:
    answer = sign_in(client, a_county().head).get(f"/projects{query}")
    assert answer.status_code in (400, 404)
    assert "编号" in answer.text


def test_a_project_shows_its_contract_its_stages_and_the_way_before_it(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    lead = project.lead
    assert lead is not None
    a_visit(county, county.officer, lead=lead, summary="签约后回访，问了用工")
    advance(project, S.REGISTERED, county.officer, today())
    page = sign_in(client, county.officer).get(f"/projects/{project.public_id}").text
    for words in (
        "2.60 亿元",
        lead.number,
        "登记线索",
        "签约后回访",
        "从「已签约」到「注册」",
        "土地成交确认书",
    ):
        assert words in page
    of_lead = client.get(f"/leads/{lead.public_id}").text
    assert f"/projects/{project.public_id}" in of_lead
    of_company = client.get(f"/enterprises/{county.enterprise.public_id}").text
    assert project.name in of_company and "签约项目" in of_company


def test_a_project_is_moved_on_from_its_page(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    me = sign_in(client, county.officer)
    form = f"/projects/{project.public_id}/move?to=registered"
    refused = me.submit(
        form, {"effective_on": today().isoformat()}, f"/projects/{project.public_id}/move?to=registered"
    )
    assert refused.status_code == 422 and "营业执照" in refused.text
    sentence = me.submit(form, {"evidence": "公司已经在办执照"}, form)
    assert sentence.status_code == 422 and "依据里没有统一社会信用代码" in sentence.text
    assert "公司已经在办执照" in sentence.text
    code = a_credit_code()
    answer = me.submit(form, {"evidence": f"营业执照 {code}"}, form)
    assert answer.status_code == 303
    page = me.get(f"/projects/{project.public_id}?tab=ledger").text
    assert code in page and "从「已签约」到「注册」" in page


def test_the_head_corrects_a_row_and_it_stays_readable(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    advance(project, S.REGISTERED, county.officer)
    place = len(queries.entries_of(project))
    url = f"/projects/{project.public_id}/ledger/{place}/correct"
    me = sign_in(client, county.head)
    assert me.submit(url, {"reason": ""}).status_code == 422
    assert me.submit(url, {"reason": "执照还没有办"}).status_code == 303
    page = me.get(f"/projects/{project.public_id}?tab=ledger").text
    assert "已更正：执照还没有办" in page and "<s>" in page
    assert me.get(f"/projects/{project.public_id}/ledger/99/correct").status_code == 404


def test_a_termination_asks_for_its_reason_and_closes_the_project(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    me = sign_in(client, county.officer)
    form = f"/projects/{project.public_id}/move?to=terminated"
    assert "要写明原因" in me.submit(form, {}, form).text
    assert me.submit(form, {"reason": "双方解约"}, form).status_code == 303
    page = me.get(f"/projects/{project.public_id}").text
    assert "项目已终止" in page and "推进到" not in page
    assert me.get(f"/projects/{project.public_id}/move?to=registered").status_code == 400


def test_a_stale_move_and_a_move_nobody_offers_are_refused(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    me = sign_in(client, county.officer)
    form = f"/projects/{project.public_id}/move?to=registered"
    stale = {"version": str(project.version - 1), "evidence": "执照"}
    assert me.submit(form, stale, form).status_code == 409
    assert me.submit(form, {"to": "moon"}, form).status_code == 422
    jump = me.submit(form, {"to": "started", "evidence": "许可证", "reason": "快"}, form)
    assert jump.status_code == 403 and "到「开工」是跳步" in jump.text
    asked = me.get(f"/projects/{project.public_id}/move?to=started")
    assert asked.status_code == 403 and "要由招商局负责人办理" in asked.text
    assert me.get(f"/projects/{project.public_id}?tab=moon").status_code == 400


def test_a_move_over_another_one_shows_both_stages(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    me, seen = sign_in(client, county.officer), project.version
    forward, ending = (f"/projects/{project.public_id}/move?to={to}" for to in ("registered", "terminated"))
    sent = forms_of(me.get(forward).text)[-1].fields | {"evidence": "执照"}
    with acting_as(county.colleague):
        advance(project, S.REGISTERED, county.colleague, today())
    again = me.post(forward, data=sent)
    assert again.status_code == 409 and "不能再照原来的办" in again.text
    assert f'href="/projects/{project.public_id}"' in again.text and "用我的" not in again.text
    clash = me.submit(ending, {"reason": "双方解约", "version": seen}, ending)
    for words in (county.colleague.name, "注册（", "改了阶段", "到「终止」"):
        assert words in clash.text
    [form] = [form for form in forms_of(clash.text) if form.action == ending]
    assert me.post(ending, data=form.fields).status_code == 303
    session.refresh(project)
    assert project.stage is S.TERMINATED


def test_a_row_is_corrected_once(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    advance(project, S.REGISTERED, county.officer)
    place, seen = len(queries.entries_of(project)), project.version
    url = f"/projects/{project.public_id}/ledger/{place}/correct"
    me = sign_in(client, county.head)
    assert me.submit(url, {"reason": "执照还没有办"}).status_code == 303
    clash = me.submit(url, {"reason": "点错了", "version": seen})
    assert clash.status_code == 409
    assert "已更正：执照还没有办" in clash.text and "不算数：点错了" in clash.text
    assert county.head.name in clash.text and "不能再照原来的办" in clash.text


def test_name_and_code_are_edited_with_care(session: Db, client) -> None:
    county = a_county()
    project = a_project(county)
    url = f"/projects/{project.public_id}/edit"
    me = sign_in(client, county.officer)
    assert "24 位" in me.submit(url, {"project_code": "2609"}).text
    assert me.submit(url, {"project_code": "2609-320506-04-01-123456"}).status_code == 303
    stale = me.submit(url, {"version": "1", "name": "储能甲期"})
    assert {label: row.sides for label, row in rows_in(stale).items()} == {
        "项目名称": (project.name, "储能甲期")
    }
    assert county.officer.name in stale.text


def test_a_hidden_project_is_missing_on_every_page(session: Db, client) -> None:
    county = a_county()
    project = a_confidential_project(county)
    me = sign_in(client, county.head)
    for page in ("", "/edit", "/move?to=registered", "/ledger/1/correct"):
        assert me.get(f"/projects/{project.public_id}{page}").status_code == 404
    assert project.public_id not in me.get("/projects").text


def test_a_leader_reads_and_does_not_write(session: Db, client) -> None:
    county = a_county()
    project = a_terminated_project(county)
    me = sign_in(client, county.leader)
    assert "终止项目" not in me.get(f"/projects/{project.public_id}").text
    assert me.get(f"/projects/{project.public_id}/edit").status_code == 403


def test_a_page_of_the_list_asks_the_database_as_often_for_one_row_as_for_many(session: Db, client) -> None:
    county = a_county()
    me = sign_in(client, county.head)
    a_project(county)

    def asked() -> int:
        count = 0

        def counted(*_args: object) -> None:
            nonlocal count
            count += 1

        engine = db.engine
        event.listen(engine, "before_cursor_execute", counted)
        me.get("/projects")
        event.remove(engine, "before_cursor_execute", counted)
        return count

    few = asked()
    for _ in range(3):
        a_project(county, enterprise_id=an_enterprise().id)
    assert asked() == few
