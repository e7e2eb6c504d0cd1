"""The auditor's page and the commands that check the chain."""

import json
import re

import pytest
from sqlalchemy import select, text

from app.core.storage import audit
from app.core.storage.audit import AuditEvent
from app.core.values.clock import today
from app.register.accounts import services
from app.register.accounts.enums import Role, UnitKind
from tests.factories.accounts import acting, make_person, make_unit, make_user, sign_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def auditor(session, client):
    user = make_user(Role.AUDITOR)
    sign_in(client, user)
    return user


def titles(page):
    return [
        re.sub("<.*", "", cell, flags=re.DOTALL).strip()
        for cell in re.findall(r'data-label="做了什么">(.*?)</td>', page, re.DOTALL)
    ]


def some_work(session):
    person = make_person("韩知行")
    user = make_user(Role.ADMINISTRATOR, person=person)
    session.commit()
    with acting(user):
        unit = services.save_unit(None, "云溪镇", UnitKind.TOWNSHIP, None, 1)
        session.commit()
        services.save_unit(unit, "清河镇", UnitKind.PARK, None, 1)
        services.save_person(None, services.PersonData("周以宁", "副镇长", "13800000000", unit))
        session.commit()
    return unit


def test_events_stand_newest_first_in_words(session, client, auditor):
    some_work(session)
    page = client.get("/audit").text
    assert titles(page)[0] == "查看审计台账"
    assert titles(page)[1:4] in (["修改单位", "登记人员", "登记单位"], ["登记人员", "修改单位", "登记单位"])
    assert "云溪镇 → 清河镇" in page
    assert "镇街 → 园区" in page
    assert "13800000000" not in page
    assert "（个人信息）" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("action=unit.update", ["修改单位"]),
        ("action=*.update&actor=韩知行", ["修改单位"]),
        ("kind=person&actor=韩知行", ["登记人员"]),
        ("actor=没有这个人", []),
        ("to=2020-01-01", []),
    ],
)
def test_the_url_narrows_the_list(session, client, auditor, query, expected):
    some_work(session)
    assert titles(client.get(f"/audit?{query}").text) == expected


def test_all_that_was_done_to_one_record(session, client, auditor):
    unit = some_work(session)
    page = client.get(f"/audit?subject={unit.public_id}&from={today()}&to={today()}").text
    assert titles(page) == ["修改单位", "登记单位"]


def test_reading_the_ledger_is_itself_recorded_with_what_was_asked(session, client, auditor):
    client.get("/audit?actor=韩知行&from=2026-01-01")
    seen = session.scalars(select(AuditEvent).where(AuditEvent.action == "audit_event.viewed")).one()
    assert seen.actor_user_id == auditor.id
    assert json.loads(seen.details) == {"actor": "韩知行", "start": "2026-01-01"}


def test_the_list_has_numbered_pages(session, client, auditor):
    for number in range(55):
        make_unit(f"单位甲{number}")
    session.commit()
    second = client.get("/audit?page=2").text
    assert "登记单位" in titles(second)
    assert len(titles(client.get("/audit").text)) == 50


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("kind=king", "对象类别没有「king」"),
        ("action=fly", "没有「fly」这个动作"),
        ("action=king.update", "没有「king.update」这个动作"),
        ("action=*.fly", "这个动作"),
        ("page=abc", "页码"),
        ("page=0", "页码"),
        ("from=2026-02-30", "真有的一天"),
        ("to=NaN", "结束日期"),
        ("to=9999-12-31", "1900"),
        ("from=0001-01-01", "1900"),
        ("actor=%00%ff", ""),
        ("subject=" + "x" * 3000, ""),
        ("page=99999", ""),
    ],
)
def test_odd_parameters_are_refused_in_chinese_or_find_nothing(client, auditor, query, sentence):
    answer = client.get(f"/audit?{query}")
    assert answer.status_code == (400 if sentence else 200)
    assert sentence in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_the_auditor_reads_it(session, client, role):
    sign_in(client, make_user(role))
    assert client.get("/audit").status_code == 403


def test_the_page_shows_the_head_and_how_to_check_it(session, client, auditor):
    page = client.get("/audit").text
    number, last_hash = audit.head()
    assert f"共 {number} 条" in page
    assert last_hash[:12] in page
    assert "<code>.venv/bin/flask --app wsgi audit verify</code>" in page


def test_the_command_says_that_the_chain_fits(app, session):
    some_work(session)
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    verdict = json.loads(result.output)
    assert result.exit_code == 0
    assert verdict["broken_at"] is None
    assert verdict["checked"] == verdict["head"]
    head = json.loads(app.test_cli_runner().invoke(args=["audit", "head"]).output)
    assert (head["head"], head["hash"]) == (verdict["head"], verdict["hash"])


def test_the_command_names_the_first_event_that_was_touched(app, session):
    some_work(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
    else:
        session.execute(text("DROP TRIGGER audit_event_no_update"))
    session.execute(text("UPDATE audit_event SET summary = '没有的事' WHERE id = 2"))
    session.commit()
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert json.loads(result.output)["broken_at"] == 2
