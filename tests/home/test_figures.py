"""Each figure of each home page is the number of rows behind it, whoever reads; heads open on their unit."""

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import today
from app.promotion.leads.enums import LeadStage, LossReason
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from tests.factories.accounts import actor_of, make_person, make_unit, make_user
from tests.factories.leads import (
    ContactMade,
    County,
    a_county,
    a_lead,
    a_lead_at,
    a_signed_lead,
    an_enterprise,
    move,
    sign_in,
)
from tests.factories.steps import make_step

Db = scoped_session[Session]
_FIGURE = re.compile(r'<a class="figure[^"]*" href="([^"]+)">(?:<strong>)?([\d,]+)(?:</strong>)?<')
# How each kind of page says how many rows it has.
_COUNTED = (
    r"共 <strong>([\d,]+)</strong>",  # the pager of a list
    r'<section class="panel funnel-rows".*?<h2[^>]*>[^<]*，([\d,]+) 个</h2>',
    r'aria-current="page">[^<]*<span class="tab-count[^"]*">([\d,]+)</span>',
)


def rows_behind(client: FlaskClient, url: str) -> int:
    page = client.get(html.unescape(url).partition("#")[0]).text
    for pattern in _COUNTED:
        if found := re.search(pattern, page, re.DOTALL):
            return int(found[1].replace(",", ""))
    assert "没有" in page, f"{url} does not say how many rows it has"
    return 0


@pytest.fixture
def county(session: Db) -> County:
    """Leads of every state, of two people, with steps late and to come."""
    found = a_county()
    with ContactMade():
        for actor in (found.officer, found.colleague, found.resident):
            a_lead(found, actor, enterprise_id=an_enterprise().id)
            a_lead_at(found, LeadStage.ASSESSED, enterprise_id=an_enterprise().id)
        a_lead(found, registered_on=today() - timedelta(days=80), enterprise_id=an_enterprise().id)
        a_signed_lead(found, enterprise_id=an_enterprise().id)
        lost = a_lead(found, enterprise_id=an_enterprise().id)
        move(lost, LeadStage.LOST, found.officer, reason="停下", reason_code=LossReason.SITE)
    session.commit()
    return found


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["officer", "resident", "head", "leader"])
def test_each_figure_of_a_home_page_is_the_number_of_rows_it_opens(
    county: County, client: FlaskClient, who: str
) -> None:
    me = sign_in(client, getattr(county, who))
    for path in ("/",) if who == "leader" else ("/?view=mine", "/?view=team"):
        figures = _FIGURE.findall(me.get(path).text)
        assert len(figures) >= 4
        for url, number in figures:
            assert rows_behind(me, url) == int(number.replace(",", "")), (path, url)


@pytest.mark.both_databases
def test_each_figure_of_the_administrator_and_the_auditor_is_the_number_of_rows_it_opens(
    county: County, client: FlaskClient
) -> None:
    make_person("没账号的")
    make_user(Role.OFFICER)
    with acting_as(county.officer):
        audit.record("contact.reveal", Subject("contact", "c" * 16), "查看联系人号码")
        audit.record(
            "account.code_refused", Subject("user_account", "u" * 16), "登录被拒：密码对，验证码不对"
        )
    db.session.commit()
    for _ in range(6):
        client.post("/login", data={"login": "nobody", "password": "wrong"})
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        me = sign_in(client, actor_of(make_user(role)))
        figures = _FIGURE.findall(me.get("/").text)
        assert len(figures) >= 4
        for url, number in figures:
            assert rows_behind(me, url) == int(number), (role, url)
        counted = {url: int(number) for url, number in figures}
        assert any(counted.values())
    # A password that somebody else knows shows nowhere else.
    assert next(number for url, number in counted.items() if "account.code_refused" in url) == 1


def test_the_administrator_sees_how_each_part_of_the_system_is(session: Db, client: FlaskClient) -> None:
    page = sign_in(client, actor_of(make_user(Role.ADMINISTRATOR))).get("/").text
    for part in ("备份", "后台任务", "索引"):
        assert part in page
    assert "处要看一看" in page


def test_the_auditor_sees_whether_the_chain_was_whole_when_it_was_last_walked(
    session: Db, client: FlaskClient, app: object
) -> None:
    me = sign_in(client, actor_of(make_user(Role.AUDITOR)))
    assert "还没有核对过" in me.get("/").text
    from_the_shell = client.application.test_cli_runner().invoke(args=["audit", "verify"])
    assert from_the_shell.exit_code == 0
    assert "一条接一条，完整" in me.get("/").text


def test_a_head_opens_on_the_unit_and_an_officer_on_their_own(county: County, client: FlaskClient) -> None:
    chosen = re.compile(r'class="segment is-active"[^>]*>([^<]+)<')
    assert chosen.findall(sign_in(client, county.head).get("/").text)[0] in ("本单位", "本组")
    assert chosen.findall(sign_in(client, county.officer).get("/").text) == ["我的"]
    assert chosen.findall(sign_in(client, county.head).get("/?view=mine").text) == ["我的"]


def test_the_steps_of_a_unit_are_those_of_the_unit_that_its_figures_count(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    head = db.session.get_one(Person, county.head.person_id)
    stranger = make_person("外单位的", make_unit("别的单位"))
    make_step(head, due_in=-1, what="本单位的事")
    make_step(stranger, due_in=-1, what="别的单位的事")
    db.session.commit()
    page = sign_in(client, county.head).get("/?view=team").text
    assert "本单位的事" in page and "别的单位的事" not in page
    assert "逾期 1</a></h3>" in page
