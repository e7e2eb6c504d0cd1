"""Pages of leads as people see them: what stands there, what is refused, and with which words."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values import money
from app.core.values.clock import today
from app.core.values.money import read_amount
from app.core.web import budgets, files
from app.promotion.leads import queries
from app.promotion.leads.enums import LeadStage, LossReason
from app.promotion.leads.models import Agreement, Lead
from app.promotion.steps.queries import open_about
from app.promotion.steps.services import close_step
from app.register.accounts.models import Person
from tests.factories.enterprises import a_credit_code, make_enterprise
from tests.factories.leads import (
    PDF,
    ContactMade,
    a_confidential_lead,
    a_contract,
    a_county,
    a_file,
    a_lead,
    a_lead_at,
    a_lead_ready_to_sign,
    a_review,
    a_signed_lead,
    an_enterprise,
    move,
    sign_in,
)
from tests.factories.projects import project_of
from tests.factories.visits import person_of
from tests.services.client import forms_of
from tests.services.conflicts import rows_in

Db = scoped_session[Session]


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


def _text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


class Browser:
    """A signed-in person with a mouse: opens a form and sends it with some fields changed."""

    def __init__(self, client: FlaskClient, actor: Actor) -> None:
        self.client = sign_in(client, actor)

    def get(self, url: str) -> TestResponse:
        return self.client.get(url)

    def post(self, url: str, form_url: str | None = None, **fields: Any) -> TestResponse:
        page = _text(self.client.get(form_url or url))
        sent = {"csrf_token": _token(page)}
        for name in ("version", "idempotency_key", "to"):
            found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
            if found:
                sent[name] = found[1]
        upload = {"content_type": "multipart/form-data"} if "file" in fields else {}
        return self.client.post(url, data=sent | fields, **upload)


def _registration(county: Any, **changed: Any) -> dict[str, Any]:
    owner = county.officer
    values = {
        "enterprise": county.enterprise.name,
        "enterprise_id": county.enterprise.public_id,
        "name": "储能电芯与模组一期",
        "source": "directed",
        "amount_text": "约2.6亿",
        "registered_on": today().isoformat(),
        "owner": _public_id(owner),
    }
    return values | changed


def _public_id(actor: Actor) -> str:
    return db.session.get_one(Person, actor.person_id).public_id


# --- registration ---


def test_a_lead_is_registered_once_however_often_the_form_is_sent(session: Db, client: FlaskClient) -> None:
    county = a_county()
    me = Browser(client, county.officer)
    page = _text(me.get("/leads/new"))
    fields = _registration(county, csrf_token=_token(page))
    key = re.search(r'name="idempotency_key"[^>]*value="([^"]+)"', page)
    assert key
    fields["idempotency_key"] = key[1]
    first = me.client.post("/leads/new", data=fields)
    second = me.client.post("/leads/new", data=fields)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert session.scalar(select(func.count()).select_from(Lead)) == 1
    shown = _text(me.get(first.location))
    assert "储能电芯与模组一期" in shown and "2.60 亿元" in shown and "待核" in shown


@pytest.mark.both_databases
def test_a_company_of_a_common_name_is_told_apart_and_picked(session: Db, client: FlaskClient) -> None:
    county = a_county()
    name = "安徽双码新材料有限公司"
    one, other = (make_enterprise(name, credit_code=a_credit_code(number)) for number in (1, 2))
    session.commit()
    me = Browser(client, county.officer)
    refused = me.post("/leads/new", **_registration(county, enterprise=name, enterprise_id=""))
    assert "库里有 2 家同名" in _text(refused)
    assert all(row.credit_code and row.credit_code in _text(refused) for row in (one, other))
    picked = _registration(county, enterprise=name, enterprise_id=other.public_id)
    assert me.post("/leads/new", **picked).status_code == 303
    assert session.scalars(select(Lead.enterprise_id)).one() == other.id


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "写线索名称"),
        ({"name": "x" * 121}, "最多 120 个字"),
        ({"enterprise": "没有这家", "enterprise_id": ""}, "库里没有这家企业"),
        ({"members": ""}, "点名的人"),
        ({"amount_text": "-5亿"}, "看不懂这个金额"),
        ({"registered_on": "2026-02-30"}, "真有的一天"),
        ({"registered_on": ""}, "选登记日期"),
        ({"source": "nonsense"}, "来源"),
        ({"owner": "nonsense"}, "负责人"),
        ({"land_mu": "NaN"}, "亩数要"),
        ({"land_mu": "1e9"}, "亩数要"),
        ({"jobs_planned": "-3"}, "整数"),
        ({"jobs_planned": "99999999999999999999"}, "整数"),
        ({"amount_text": "9" * 80}, "金额最多"),
        ({"fixed_amount": "很多"}, "固定资产投资要写成数字"),
        ({"industry_code": "不存在的行业"}, "没有找到行业"),
        ({"next_what": "打电话"}, "请选日期"),
        ({"members": "nonsense"}, "点名的人"),
    ],
)
def test_bad_registrations_come_back_with_a_sentence(
    session: Db, client: FlaskClient, changed: dict[str, str], said: str
) -> None:
    county = a_county()
    answer = Browser(client, county.officer).post("/leads/new", **_registration(county, **changed))
    assert answer.status_code == 422
    assert said in _text(answer)
    assert session.scalar(select(func.count()).select_from(Lead)) == 0


def test_an_officer_may_register_for_a_colleague_a_resident_only_for_themselves(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    answer = Browser(client, county.resident).post("/leads/new", **_registration(county))
    assert answer.status_code == 422
    assert "只能登记给自己" in _text(answer)


def test_a_visible_lead_of_the_company_is_shown_before_registering(session: Db, client: FlaskClient) -> None:
    county = a_county()
    other = a_lead(county, name="旧线索")
    me = Browser(client, county.officer)
    answer = me.post("/leads/new", **_registration(county))
    assert answer.status_code == 422
    assert "旧线索" in _text(answer) and other.number in _text(answer)
    assert me.post("/leads/new", **_registration(county, not_duplicate="y")).status_code == 303


def test_a_hidden_ordinary_lead_is_one_closed_sentence(session: Db, client: FlaskClient) -> None:
    county = a_county()
    other = a_lead(county, name="旧线索")
    me = Browser(client, county.outsider)
    answer = me.post("/leads/new", **_registration(county, owner=_public_id(county.outsider)))
    page = _text(answer)
    assert answer.status_code == 422
    assert "已有单位在跟，请招商局转达" in page
    assert "旧线索" not in page and other.number not in page and other.public_id not in page


def test_a_confidential_lead_leaves_no_trace_in_what_the_author_reads(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    secret = a_confidential_lead(county, name="绝密线索")
    me = Browser(client, county.outsider)
    answer = me.post("/leads/new", **_registration(county, owner=_public_id(county.outsider)))
    assert answer.status_code == 303
    assert "绝密" not in _text(me.get(answer.location))
    assert me.get(f"/leads/{secret.public_id}").status_code == 404


# --- list and board ---


@pytest.mark.parametrize("view", ["", "all", "mine", "team", "late", "overdue", "week"])
def test_every_tab_of_list_and_board_opens(session: Db, client: FlaskClient, view: str) -> None:
    county = a_county()
    a_lead(county)
    me = Browser(client, county.officer)
    for path in ("/leads", "/leads/board"):
        answer = me.get(f"{path}?view={view}")
        assert answer.status_code == 200


def test_filters_are_chips_and_the_totals_follow(session: Db, client: FlaskClient) -> None:
    county = a_county()
    a_lead(county, name="甲项目")
    a_lead(county, name="乙项目", amount=read_amount("800万"))
    page = _text(Browser(client, county.officer).get("/leads?least=1亿&q=项目&source=directed"))
    assert "甲项目" in page and "乙项目" not in page
    assert "去掉条件：金额不低于" in page
    assert "26,000.00" in page


@pytest.mark.both_databases
def test_leads_are_narrowed_by_their_day_of_registration_and_by_silence(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    for name, days in (("早的", 90), ("中间的", 40), ("新的", 1)):
        a_lead(
            county,
            name=name,
            registered_on=today() - timedelta(days=days),
            enterprise_id=an_enterprise().id,
        )
    me = Browser(client, county.officer)
    start, end = today() - timedelta(days=40), today() - timedelta(days=1)
    for path in ("/leads", "/leads/board"):
        page = _text(me.get(f"{path}?from={start}&to={end}"))
        assert "中间的" in page and "新的" in page and "早的" not in page
        assert "去掉条件：登记不早于" in page and "去掉条件：登记不晚于" in page
        assert f'name="from" value="{start}"' in page
        page = _text(me.get(f"{path}?from={start}&cold=1"))
        assert "中间的" in page and "新的" not in page and "早的" not in page
        assert "去掉条件：要凉的 超过 30 天没有联系" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=abc", 400),
        ("page=-1", 400),
        ("page=99999999999999999999", 400),
        ("page=7", 200),
        ("stage=nonsense", 400),
        ("least=abc", 400),
        ("most=NaN", 400),
        ("unit=nonsense", 404),
        ("owner=zzz", 404),
        ("team=%00", 200),
        ("industry=没有的", 400),
        ("sort=", 200),
        ("sort=-amount", 200),
        ("q=%00%ED%A0%80", 200),
        ("q=%25_%5C", 200),
        ("source=", 200),
        ("archived=1&confidential=1", 200),
        ("from=2026-02-30", 400),
        ("to=%00", 400),
        ("from=99999-01-01", 400),
        ("from=2026-05-02&to=2026-05-01", 400),
        ("from=2026-05-01&to=2026-05-01", 200),
        ("from=&to=&cold=", 200),
        ("cold=yes", 400),
        ("cold=1&archived=1&view=overdue", 200),
    ],
)
def test_odd_list_parameters_never_break_the_page(
    session: Db, client: FlaskClient, query: str, status: int
) -> None:
    county = a_county()
    a_lead(county)
    me = Browser(client, county.officer)
    for path in ("/leads", "/leads/board"):
        if path.endswith("board") and query.startswith("page"):
            continue
        assert me.get(f"{path}?{query}").status_code == status


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sort=drop table", "不能按「drop table」排序，请点列表的表头来排"),
        ("view=nonsense", "视图没有「nonsense」这一项"),
        ("source=nonsense", "驻点招商（resident）"),
        ("stage=lead&stage=nonsense", "研判（assessed）"),
        ("archived=maybe", "只看已归档没有「maybe」这一项"),
        ("confidential=maybe", "保密没有「maybe」这一项"),
        ("least=abc", "金额不低于要写成数字"),
        ("from=2026-02-30", "登记不早于要写成 2026-11-23 这样，并且是真有的一天"),
        ("from=2026-05-02&to=2026-05-01", "请把两个日期对调"),
        ("cold=maybe", "要凉的没有「maybe」这一项"),
    ],
)
def test_a_parameter_nobody_knows_is_refused_with_what_to_write(
    session: Db, client: FlaskClient, query: str, said: str
) -> None:
    answer = Browser(client, a_county().officer).get(f"/leads?{query}")
    assert answer.status_code == 400 and said in _text(answer)


def test_the_board_says_which_leads_of_the_tab_it_leaves_out(session: Db, client: FlaskClient) -> None:
    county = a_county()
    a_lead(county)
    assert "看板只列" not in _text(Browser(client, county.officer).get("/leads/board"))
    a_signed_lead(county, enterprise_id=an_enterprise().id)
    page = _text(Browser(client, county.officer).get("/leads/board?view=mine"))
    assert "另有 1 条已签约、暂缓或流失" in page and 'href="/leads?view=mine"' in page


def test_a_card_moves_with_one_press_and_says_so(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    me = Browser(client, county.officer)
    answer = me.post(f"/leads/{lead.public_id}/shift", "/leads/board", stage="assessed")
    assert answer.status_code == 303 and answer.location.endswith("/leads/board")
    session.refresh(lead)
    assert lead.stage is LeadStage.ASSESSED
    assert "已移到「研判」" in _text(me.get(answer.location))


def test_a_stale_card_is_refused(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    answer = Browser(client, county.officer).post(
        f"/leads/{lead.public_id}/shift", "/leads/board", stage="assessed", version="99"
    )
    assert answer.status_code == 409


# --- one lead ---


@pytest.mark.parametrize("tab", ["", "timeline", "agreements", "ledger"])
def test_every_tab_of_a_lead_opens(session: Db, client: FlaskClient, tab: str) -> None:
    county = a_county()
    lead = a_signed_lead(county)
    assert Browser(client, county.head).get(f"/leads/{lead.public_id}?tab={tab}").status_code == 200


def test_a_tab_that_is_none_is_refused(session: Db, client: FlaskClient) -> None:
    county = a_county()
    answer = Browser(client, county.head).get(f"/leads/{a_lead(county).public_id}?tab=nonsense")
    assert answer.status_code == 400 and "阶段台账（ledger）" in _text(answer)


def test_the_page_says_what_is_missing_and_its_button_waits(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.APPROVED)
    page = _text(Browser(client, county.officer).get(f"/leads/{lead.public_id}"))
    assert "进入「签约」还差 2 项" in page
    assert "推进到签约<span>还差 2 项</span>" in page
    assert "还没有正式协议（意向和框架协议不算）" in page


def test_the_way_to_a_contract_through_the_forms(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.APPROVED)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}"
    assert me.post(f"{url}/move?to=signed", effective_on=today().isoformat()).status_code == 422
    answer = me.post(
        f"{url}/agreements/new",
        kind="contract",
        title="投资协议",
        drafter=_public_id(county.officer),
        signed_on=today().isoformat(),
        amount="2.6亿",
        file=(a_file().stream, "协议.pdf"),
    )
    assert answer.status_code == 303
    agreement = session.scalars(select(Agreement)).one()
    a_review(agreement, county)
    session.commit()
    moved = me.post(f"{url}/move?to=signed", effective_on=today().isoformat(), evidence="签约仪式")
    assert moved.status_code == 303
    session.expire_all()
    assert lead.stage is LeadStage.SIGNED
    project = f"/projects/{project_of(lead).public_id}"
    first, later = _text(me.get(url)), _text(me.get(url))
    assert f'href="{project}">打开项目' in first and "已到「签约」" in first
    assert f'href="{project}">打开项目</a>' in later and "已签约，项目已建档" in later
    file_url = re.search(r'href="(/files/[^"]+)"', _text(me.get(f"{url}?tab=agreements")))
    assert file_url
    with me.get(file_url[1]) as scan:
        assert scan.get_data() == PDF


def test_a_move_shows_beforehand_what_the_stage_still_asks_for(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.ASSESSED)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}"
    page = _text(me.get(f"{url}/move?to=first_talk"))
    assert "进入「首谈」还差 2 项" in page
    assert f'href="{url}/fill/assessment"' in page and f'href="{url}/fill/first-talk"' in page
    assert "还差" not in _text(me.get(f"{url}/move?to=on_hold"))


def test_a_refused_move_lists_what_is_missing_with_a_way_to_each(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.FIRST_TALK)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}"
    with ContactMade(False):
        answer = me.post(f"{url}/move?to=negotiating", effective_on=today().isoformat(), evidence="座谈纪要")
        page = _text(answer)
    assert answer.status_code == 422
    assert "还差 1 项，逐项列在下面" in page and "进入「在谈」还差 1 项" in page
    assert f'href="/visits/new?lead={lead.public_id}"' in page
    assert "座谈纪要" in page


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("changed", "button"), [({}, "补扫描件"), ({"amount": money.AmountReading("", None)}, "补协议")]
)
def test_a_contract_without_its_scan_is_completed_and_not_registered_again(
    session: Db, client: FlaskClient, changed: dict[str, Any], button: str
) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.APPROVED)
    contract = a_contract(lead, county, scanned=False, signed_on=lead.stage_since, **changed)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}"
    gate = _text(me.get(url)).split('id="gate"')[1].split("</section>")[0]
    assert f'href="/agreements/{contract.public_id}/edit">{button}</a>' in gate
    assert f'href="/agreements/{contract.public_id}/ask">请人审查</a>' in gate
    assert "登记协议" not in gate
    edit = f"/agreements/{contract.public_id}/edit"
    fields = me.client.submit(edit, {"amount": "2.6亿", "file": (a_file().stream, "协议.pdf")}, edit)
    assert fields.status_code == 303
    assert button not in _text(me.get(url))


@pytest.mark.both_databases
@pytest.mark.parametrize("typed", ["面议", "约三五个亿吧", "-3"])
def test_what_must_be_a_figure_does_not_advise_words(session: Db, client: FlaskClient, typed: str) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.APPROVED)
    me = Browser(client, county.officer)
    for page, field in (("edit", "fixed_amount"), ("agreements/new", "amount")):
        refused = me.client.submit(f"/leads/{lead.public_id}/{page}", {field: typed, "kind": "contract"})
        assert refused.status_code == 422
        assert "要写成数字，例如 5.1亿" in refused.text and "还没定就先空着" in refused.text
        assert "还没定就写面议" not in refused.text and typed in refused.text
    planned = me.client.submit(f"/leads/{lead.public_id}/edit", {"amount_text": "面议"})
    assert planned.status_code == 303


@pytest.mark.both_databases
def test_what_is_still_to_be_done_stands_on_a_signed_lead_and_its_project(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    lead = a_signed_lead(county, next_what="送厂房钥匙", next_on=today())
    me = Browser(client, county.officer)
    for url in (f"/leads/{lead.public_id}", f"/projects/{project_of(lead).public_id}"):
        page = _text(me.get(url))
        assert "还有 1 件没办" in page and re.search(r'href="/steps/\w+">送厂房钥匙</a>', page)
    with acting_as(county.officer):
        close_step(open_about(subject_of(lead))[0], "送到了")
    session.commit()
    for url in (f"/leads/{lead.public_id}", f"/projects/{project_of(lead).public_id}"):
        assert "件没办" not in _text(me.get(url))


@pytest.mark.both_databases
def test_an_amount_on_a_phone_card_says_its_unit_and_words_need_none(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    a_lead(county)
    a_lead(county, name="没定的", amount=read_amount("面议"))
    page = _text(Browser(client, county.officer).get("/leads"))
    assert re.search(r'class="card-sum num" data-unit="万元">26,000.00', page)
    assert re.search(r'class="card-sum num">面议', page)
    assert "万元，招商口径，本人可见" in page


def test_a_review_written_over_a_newer_one_is_refused(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead_ready_to_sign(county)
    url = f"/agreements/{queries.agreements_of(lead)[0].public_id}/conclude"
    review = {
        "number": "公审 8 号",
        "reviewed_on": lead.stage_since.isoformat(),
        "verdict": "passed",
    }
    me = Browser(client, county.colleague)
    seen = re.search(r'name="version"[^>]*value="([^"]*)"', _text(me.get(url)))
    assert seen and me.post(url, **review).status_code == 303
    other = review | {"number": "公审 9 号"}
    assert me.post(url, **other, version=seen[1]).status_code == 409
    assert me.post(url, **other, version="").status_code == 409
    assert me.post(url, **review, version=seen[1]).status_code == 303


def test_a_scan_is_stored_before_the_write_transaction_begins(
    session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = a_county()
    lead = a_lead(county)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}/agreements/new"
    store, held = files.store, []

    def watched(upload: files.Upload) -> files.Stored:
        held.append(db.session().in_transaction())
        return store(upload)

    monkeypatch.setattr(files, "store", watched)
    sent = {"kind": "contract", "title": "投资协议", "drafter": _public_id(county.officer)}
    assert me.post(url, **sent, file=(a_file().stream, "协议.pdf")).status_code == 303
    refused = me.post(url, **sent, file=(a_file(content=b"MZ").stream, "协议.pdf"))
    assert refused.status_code == 422 and "对不上" in _text(refused)
    assert held == [False, False]
    monkeypatch.setattr(budgets, "amount_of", lambda _budget, _roles: 0)
    over = me.post(url, **sent, file=(a_file().stream, "协议.pdf"))
    assert over.status_code == 422 and 'value="投资协议"' in _text(over)
    assert "上传文件到了上限：每天最多 0 个" in _text(over) and held == [False, False]


@pytest.mark.parametrize(
    ("part", "fields", "bad", "said"),
    [
        ("assessment", {"assessment": "跟进"}, {"assessment": " "}, "写研判意见"),
        ("summary", {"summary": "年产 2 GWh"}, {"summary": "x" * 8001}, "最多 8000"),
        (
            "conclusion",
            {"conclusion": "同意", "conclusion_on": "2026-11-01"},
            {"conclusion": "同意", "conclusion_on": "2099-01-01"},
            "不能晚于今天",
        ),
    ],
)
def test_what_gates_ask_for_is_filled_in(
    session: Db, client: FlaskClient, part: str, fields: dict[str, str], bad: dict[str, str], said: str
) -> None:
    county = a_county()
    lead = a_lead(county)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}/fill/{part}"
    refused = me.post(url, **bad)
    assert refused.status_code == 422 and said in _text(refused)
    if "conclusion_on" in fields:
        fields = fields | {"conclusion_on": today().isoformat()}
    assert me.post(url, **fields).status_code == 303
    session.expire_all()
    assert getattr(lead, part) == fields[part]


def test_first_talk_names_a_person_of_ours(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}/fill/first-talk"
    day = today().isoformat()
    assert me.post(url, first_negotiator_id="x", first_talk_on=day).status_code == 422
    answer = me.post(url, first_negotiator_id=_public_id(county.resident), first_talk_on=day)
    assert answer.status_code == 303
    session.expire_all()
    assert lead.first_negotiator_id == county.resident.person_id


def test_two_editors_see_both_values(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}/edit"
    page = _text(me.get(url))
    stale = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert stale
    fields = {"name": "二期", "source": "directed", "amount_text": "约2.6亿"}
    assert me.post(url, **fields).status_code == 303
    clash = me.post(url, **(fields | {"name": "三期", "version": stale[1]}))
    assert clash.status_code == 409
    assert {label: row.sides for label, row in rows_in(clash).items()} == {"线索名称": ("二期", "三期")}


def test_holding_losing_and_assigning_through_the_forms(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    me, url, day = Browser(client, county.officer), f"/leads/{lead.public_id}", today().isoformat()
    refused = me.post(f"{url}/move?to=on_hold", effective_on=day)
    assert refused.status_code == 422 and "暂缓要写明原因" in _text(refused)
    assert me.post(f"{url}/move?to=on_hold", effective_on=day, reason="等年报").status_code == 303
    assert "恢复到线索" in _text(me.get(url))
    assert me.post(f"{url}/move?to=lead", effective_on=day).status_code == 303
    to = {"owner": _public_id(county.colleague), "effective_on": day}
    assert me.post(f"{url}/assign", **to).status_code == 303
    refused = me.post(f"{url}/move?to=lost", effective_on=day)
    assert refused.status_code == 422 and "选一个流失原因" in _text(refused)
    assert me.post(f"{url}/move?to=lost", effective_on=day, reason_code="site").status_code == 303
    assert "已流失：用地或厂房" in _text(me.get(url))


def test_the_ledger_is_corrected_from_its_tab(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    move(lead, LeadStage.LOST, county.officer, reason_code=LossReason.COST)
    me, url = Browser(client, county.head), f"/leads/{lead.public_id}"
    link = re.search(rf'href="({url}/correct/\d+)"', _text(me.get(f"{url}?tab=ledger")))
    assert link
    assert me.post(link[1], reason="").status_code == 422
    assert me.post(link[1], reason="点错了").status_code == 303
    shown = _text(me.get(f"{url}?tab=ledger"))
    assert "已更正：点错了" in shown and "更正：从「线索」流失" in shown
    assert me.get(f"{url}/correct/99").status_code == 404


def test_a_jump_is_offered_only_to_who_may_correct(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    me = Browser(client, county.officer)
    assert "跳步到" not in _text(me.get(f"/leads/{lead.public_id}"))
    url = f"/leads/{lead.public_id}/move"
    refused = me.get(f"{url}?to=reviewing")
    assert refused.status_code == 403
    assert "到「评审」是跳步，不在您的职责内，要由招商局负责人办理" in _text(refused)
    sent = me.post(f"{url}?to=assessed", to="reviewing", effective_on=today().isoformat(), reason="快")
    assert sent.status_code == 403 and "要由招商局负责人办理" in _text(sent)
    card = me.post(f"/leads/{lead.public_id}/shift", "/leads/board", stage="reviewing")
    assert card.status_code == 303 and "到「评审」是跳步" in _text(me.get("/leads/board"))
    assert me.get(f"/leads/{lead.public_id}/move?to=nonsense").status_code == 400


def test_the_leader_reads_and_cannot_write(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    me = Browser(client, county.leader)
    page = _text(me.get(f"/leads/{lead.public_id}"))
    assert lead.name in page and "推进到" not in page.replace("btn-blocked", "")
    for path in ("edit", "move?to=assessed", "assign", "access", "archive", "fill/summary"):
        assert me.get(f"/leads/{lead.public_id}/{path}").status_code == 403
    assert me.get(f"/steps/new/lead/{lead.public_id}").status_code == 403


def test_a_hidden_lead_answers_like_a_missing_one_on_every_path(session: Db, client: FlaskClient) -> None:
    county = a_county()
    hidden = a_lead_ready_to_sign(county)
    agreement = queries.agreements_of(hidden)[0]
    me = Browser(client, county.outsider)
    paths = ["", "/edit", "/move?to=signed", "/assign", "/access", "/archive", "/fill/summary"]
    for path in [*paths, "/agreements/new"]:
        for public_id in (hidden.public_id, "0" * 16, "nonsense"):
            assert me.get(f"/leads/{public_id}{path}").status_code == 404
    for public_id in (hidden.public_id, "0" * 16, "nonsense"):
        assert me.get(f"/steps/new/lead/{public_id}").status_code == 404
    for public_id in (agreement.public_id, "0" * 16):
        assert me.get(f"/agreements/{public_id}/edit").status_code == 404
        assert me.get(f"/agreements/{public_id}/review").status_code == 404
    assert hidden.name not in _text(me.get("/leads/options?q=储能"))


def test_whoever_registers_a_lead_is_its_owner_unless_the_address_names_another(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    me, other = person_of(county.officer), person_of(county.colleague)
    reader = sign_in(client, county.officer)

    def owner(asked: str) -> str:
        shown = forms_of(reader.get(f"/leads/new?enterprise={county.enterprise.public_id}{asked}").text)
        return str(next(form.fields["owner"] for form in shown if "owner" in form.fields))

    assert owner("") == owner("&owner=") == owner("&owner=nobody") == me.public_id
    assert owner(f"&owner={other.public_id}") == other.public_id


def test_archiving_hides_from_the_list_and_keeps_the_page(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county, name="要归档的线索")
    me, url = Browser(client, county.officer), f"/leads/{lead.public_id}"
    assert me.post(f"{url}/archive", reason="重复登记").status_code == 303
    assert "要归档的线索" not in _text(me.get("/leads"))
    assert "要归档的线索" in _text(me.get("/leads?archived=1"))
    page = _text(me.get(url))
    assert "已归档，只能查看" in page
    refused = me.get(f"{url}/edit")
    assert refused.status_code == 400 and "已归档，只能查看" in refused.text
    assert "填写" not in refused.text and f'href="{url}">看这条记录' in refused.text
    answer = me.post(f"{url}/restore", url)
    assert answer.status_code == 303
    assert "要归档的线索" in _text(me.get("/leads"))


def test_access_can_be_given_and_the_giver_may_lose_sight(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county)
    me = Browser(client, county.head)
    answer = me.post(
        f"/leads/{lead.public_id}/access", confidential="y", members=[_public_id(county.colleague)]
    )
    assert answer.status_code == 303 and answer.location.endswith("/leads")
    assert me.get(f"/leads/{lead.public_id}").status_code == 404


@pytest.mark.parametrize("path", ["/leads", "/leads/board"])
def test_a_page_takes_the_same_number_of_queries_however_many_leads(
    app: Flask, session: Db, client: FlaskClient, path: str
) -> None:
    county = a_county()
    me = Browser(client, county.officer)

    def counted() -> int:
        seen: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_more: Any) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert me.get(path).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    a_lead(county, next_what="打电话", next_on=today())
    first = counted()
    for number in range(6):
        a_lead(
            county,
            enterprise_id=an_enterprise().id,
            next_what="打电话",
            next_on=today() + timedelta(days=number),
        )
    assert counted() == first
