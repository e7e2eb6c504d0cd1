"""What holds for every request, whichever view answers it."""

import pytest
from flask import redirect
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core.access.permissions import PUBLIC, requires
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.register.accounts.models import Unit


@pytest.fixture
def app(app):
    """The product with three more routes: one asks the database for whatever number it is given, one fails,
    one leads on to an address in Chinese.
    """

    @requires(PUBLIC)
    def ask(number):
        return str(db.session.scalar(select(Unit.name).where(Unit.position == number)))

    @requires(PUBLIC)
    def fail(kind):
        raise {"rule": RuleBroken("已归档，只能查看"), "busy": _BUSY, "fault": RuntimeError(kind)}[kind]

    @requires(PUBLIC)
    def lead_on():
        return redirect("/search?q=储能")

    app.add_url_rule("/lead-on", view_func=lead_on)
    app.add_url_rule("/ask/<int:number>", view_func=ask)
    app.add_url_rule("/fail/<kind>", view_func=fail)
    return app


_BUSY = OperationalError("SELECT 1", {}, Exception("locked"))


def test_a_number_that_no_column_holds_is_refused_with_a_sentence(session, client):
    assert client.get("/ask/7").status_code == 200
    answer = client.get(f"/ask/{10**30}")
    assert answer.status_code == 400
    assert "没有看懂" in answer.text


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/fail/rule", 400, "已归档，只能查看"),
        ("/fail/busy", 503, "页面没有打开"),
        ("/fail/fault", 500, "页面没有打开"),
        (f"/ask/{10**30}", 400, "这个地址没有看懂"),
    ],
)
def test_who_only_looked_is_not_told_of_filling_in_or_saving(session, client, address, status, words):
    answer = client.get(address)
    assert answer.status_code == status and words in answer.text
    assert not [word for word in ("填写", "没有保存", "提交") if word in answer.text]


def test_a_hidden_control_character_is_refused_and_said(client):
    answer = client.post("/login", data={"login": "shen\0ruolan", "password": "x"})
    assert answer.status_code == 400
    assert "看不见的控制字符" in answer.text


@pytest.mark.parametrize(
    "address", ["/login?q=" + "a" * 4100, "/login?q=" + "%E5%AD%97" * 500, "/" + "x" * 4100]
)
def test_an_address_without_end_is_refused_in_chinese(client, address):
    answer = client.get(address)
    assert answer.status_code == 414
    assert "网址太长" in answer.text
    assert "少选几个条件" in answer.text


def test_a_long_address_is_answered(client):
    assert client.get("/login?q=" + "a" * 3900).status_code == 200


@pytest.mark.parametrize(("headers", "name"), [({}, "Location"), ({"X-Sent-By": "page"}, "X-Location")])
def test_where_an_answer_leads_is_written_as_a_header_can_hold_it(client, headers, name):
    assert client.get("/lead-on", headers=headers).headers[name] == "/search?q=%E5%82%A8%E8%83%BD"
