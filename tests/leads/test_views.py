"""A list of leads shows those in work unless told; each state has its sum, each delay its word."""

import html
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.enums import LeadStage, LossReason
from app.promotion.leads.listing import LEADS
from app.promotion.leads.services import set_next_step
from app.promotion.steps.queries import next_steps
from tests.factories.leads import (
    ContactMade,
    County,
    a_county,
    a_lead,
    a_signed_lead,
    an_enterprise,
    move,
    person_id,
    sign_in,
)

Db = scoped_session[Session]


@pytest.fixture
def county(session: Db) -> County:
    """One lead of each state."""
    found = a_county()
    a_lead(found, name="在谈的", enterprise_id=an_enterprise().id)
    with ContactMade():
        a_signed_lead(found, name="签好的", enterprise_id=an_enterprise().id)
    held = a_lead(found, name="停下的", enterprise_id=an_enterprise().id)
    move(held, LeadStage.ON_HOLD, found.officer, reason="等审批")
    lost = a_lead(found, name="走掉的", enterprise_id=an_enterprise().id)
    move(lost, LeadStage.LOST, found.officer, reason="停下", reason_code=LossReason.SITE)
    session.commit()
    return found


ALL = {"在谈的", "签好的", "停下的", "走掉的"}


def shown(page: str) -> set[str]:
    return {name for name in ALL if f">{name}</a>" in page}


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "names", "counted"),
    [
        ("", {"在谈的"}, "在跟"),
        ("?state=open&view=mine", {"在谈的"}, "在跟，我的"),
        ("?state=signed", {"签好的"}, "已签约"),
        ("?state=on_hold", {"停下的"}, "暂缓"),
        ("?state=lost", {"走掉的"}, "流失"),
        ("?state=all", ALL, "所有阶段"),
        ("?stage=signed&stage=lost", {"签好的", "走掉的"}, "符合条件"),
    ],
)
def test_a_list_keeps_to_what_its_sum_says(
    county: County, client: FlaskClient, query: str, names: set[str], counted: str
) -> None:
    page = sign_in(client, county.officer).get(f"/leads{query}").text
    assert shown(page) == names
    assert f'<th scope="row">合计：{counted}</th>' in page
    assert f">{len(names)} 条</td>" in page


@pytest.mark.both_databases
def test_the_board_is_the_list_as_it_opens(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    assert shown(me.get("/leads/board").text) == shown(me.get("/leads").text) == {"在谈的"}
    board = me.get("/leads/board").text
    assert "另有 3 条已签约、暂缓或流失" in board
    rest = re.search(r'href="([^"]+)">看列表', board)
    assert rest and shown(me.get(rest[1].replace("&amp;", "&")).text) == ALL


def test_each_state_is_counted_under_the_other_filters(county: County) -> None:
    states = LEADS.totals(LEADS.asked(state="open"), county.officer).tabs.states
    assert {key: count.number for key, count in states.items()} == {
        "open": 1,
        "signed": 1,
        "on_hold": 1,
        "lost": 1,
        "all": 4,
    }


def test_a_state_that_nobody_knows_is_refused(county: County, client: FlaskClient) -> None:
    answer = sign_in(client, county.officer).get("/leads?state=gone")
    assert answer.status_code == 400 and "范围没有「gone」这一项" in answer.text


@pytest.fixture
def late(session: Db) -> County:
    """A lead whose next step has passed, one that stands too long in its stage, one that is neither."""
    found = a_county()
    me = person_id(found.officer)
    days = {"步子晚了的": (1, -3), "停久了的": (300, 5), "都好的": (1, 5)}
    for name, (since, due) in days.items():
        lead = a_lead(
            found, name=name, registered_on=today() - timedelta(days=since), enterprise_id=an_enterprise().id
        )
        with acting_as(found.officer):
            for step in next_steps("lead", [lead.public_id]).values():
                step.due_on = today() + timedelta(days=due)
            if not next_steps("lead", [lead.public_id]):
                set_next_step(lead, "约着看厂房", today(), me).due_on = today() + timedelta(days=due)
    session.commit()
    return found


@pytest.mark.both_databases
@pytest.mark.parametrize(("view", "name"), [("late", "步子晚了的"), ("overdue", "停久了的")])
def test_a_late_step_and_a_long_stay_are_two_views(
    late: County, client: FlaskClient, view: str, name: str
) -> None:
    me = sign_in(client, late.officer)
    for path in ("/leads", "/leads/board"):
        page = me.get(f"{path}?view={view}").text
        found = {each for each in ("步子晚了的", "停久了的", "都好的") if f">{each}</a>" in page}
        assert found == {name}, path
    tabs = me.get("/leads").text
    assert "下一步逾期" in tabs and "停留超时" in tabs


@pytest.mark.parametrize("query", ["", "?state=lost", "?view=mine&state=signed"])
def test_the_number_of_a_column_of_the_board_opens_its_list(
    county: County, client: FlaskClient, query: str
) -> None:
    me = sign_in(client, county.officer)
    board = me.get(f"/leads/board{query}").text
    [(url, number)] = re.findall(r'<h2 class="h3">线索 <small><a href="([^"]+)"[^>]*>(\d+)</a>', board)
    assert number == "1"
    assert shown(me.get(html.unescape(url)).text) == {"在谈的"}


def test_a_late_step_is_red_and_says_by_how_much_in_list_and_on_board(
    late: County, client: FlaskClient
) -> None:
    me = sign_in(client, late.officer)
    for path in ("/leads?view=late", "/leads/board?view=late"):
        page = me.get(path).text
        assert re.search(r'light-red">.*?逾期(，不足)? ?\d 个工作日', page, re.DOTALL), path
    stays = me.get("/leads?view=overdue").text
    assert re.search(r"停留超 \d+ 天", stays) and "逾期 " not in stays.split("<tbody>")[1]


# --- on paper ---


@pytest.mark.both_databases
def test_all_rows_are_printed_with_what_they_are_and_who_printed_them(
    county: County, client: FlaskClient
) -> None:
    for number in range(30):
        a_lead(county, name=f"第{number}条", enterprise_id=an_enterprise().id)
    me = sign_in(client, county.officer)
    page = me.get("/leads/print?q=第&page=2").text
    assert page.count("<tr><td") == 30
    assert "共 30 条，合计 780,000.00 万元，招商口径" in page
    assert "条件：在跟，名称 第" in page and "数据截至" in page
    assert f'class="watermark" aria-hidden="true" data-words="{county.officer.name} {today().year}' in page
    assert "打印" in page and "lead.print" not in page


def test_a_print_stops_at_its_bound_and_says_so(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.web.sheets.MOST", 2)
    page = sign_in(client, county.officer).get("/leads/print?state=all").text
    assert page.count("<tr><td") == 2
    assert "共 4 条，只印前 2 条，其余请加条件分次印" in page


def test_a_print_stands_in_the_ledger_with_its_conditions(county: County, client: FlaskClient) -> None:
    sign_in(client, county.officer).get("/leads/print?state=lost")
    events = list(db.session.scalars(select(AuditEvent).where(AuditEvent.action.endswith(".print"))))
    assert [(event.action, event.actor_name) for event in events] == [("lead.print", county.officer.name)]


@pytest.mark.parametrize("path", ["/visits", "/projects", "/enterprises", "/leads"])
def test_every_list_offers_its_print_under_the_same_conditions(
    county: County, client: FlaskClient, path: str
) -> None:
    me = sign_in(client, county.officer)
    link = re.search(
        r'class="btn btn-plain desk-only" href="([^"]+print[^"]*)"', me.get(f"{path}?q=a&page=1").text
    )
    assert link and link[1] == f"{path}/print?q=a"
    assert me.get(link[1]).status_code == 200


# --- as a file ---


def _file(me: FlaskClient, address: str, **fields: str) -> list[list[Any]]:
    answer = me.submit(address, {"format": "xlsx", "purpose": "调度会材料", **fields})
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()


@pytest.mark.both_databases
def test_a_file_holds_exactly_what_the_list_shows(county: County, client: FlaskClient) -> None:
    for number in range(30):
        a_lead(county, name=f"第{number}条", enterprise_id=an_enterprise().id)
    me = sign_in(client, county.officer)
    rows = _file(me, "/leads/export?q=第&sort=number&page=2")
    assert rows[0][:3] == ["线索名称", "编号", "企业"]
    assert [row[0] for row in rows[1:]] == [f"第{number}条" for number in range(30)]
    assert {row[rows[0].index("计划总投资（万元）")] for row in rows[1:]} == {26_000.0}
    assert "共 <strong>30</strong> 条" in me.get("/leads?q=第").text


def test_a_file_stands_in_the_ledger_with_its_purpose_and_conditions(
    county: County, client: FlaskClient
) -> None:
    _file(sign_in(client, county.officer), "/leads/export?state=lost")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "lead.export")).one()
    assert event.actor_name == county.officer.name
    assert "用途：调度会材料，条件：流失" in event.summary


def test_a_file_without_a_purpose_is_not_made(county: County, client: FlaskClient) -> None:
    answer = sign_in(client, county.officer).submit("/leads/export", {"format": "csv", "purpose": " "})
    assert answer.status_code == 422
    assert "请写导出做什么用" in answer.text
    assert not db.session.scalar(select(AuditEvent.id).where(AuditEvent.action == "lead.export"))


def test_what_is_too_much_for_a_file_is_refused_before_it_is_asked_for_and_after(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.records.exporting.MOST", 2)
    me = sign_in(client, county.officer)
    assert "一个文件最多 2 行" in me.get("/leads/export?state=all").text
    answer = me.submit("/leads/export?state=all", {"format": "xlsx", "purpose": "材料"})
    assert answer.status_code == 422
    assert "一共 4 条，一个文件最多 2 行。请回到列表加条件" in answer.text


@pytest.mark.parametrize("path", ["/visits", "/projects", "/enterprises", "/leads", "/steps"])
def test_every_list_offers_its_file_to_whoever_may_take_it_along(
    county: County, client: FlaskClient, path: str
) -> None:
    assert f'href="{path}/export?q=a"' in sign_in(client, county.officer).get(f"{path}?q=a&page=1").text
    assert f"{path}/export" not in sign_in(client, county.resident).get(path).text
