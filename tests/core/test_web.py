"""What holds for every request, whichever view answers it."""

import pytest
from sqlalchemy import select

from app.accounts.models import Unit
from app.core.db import db
from app.core.permissions import PUBLIC, requires


@pytest.fixture
def app(app):
    """The product with one more route, which asks the database for whatever number it is given."""

    @requires(PUBLIC)
    def ask(number):
        return str(db.session.scalar(select(Unit.name).where(Unit.position == number)))

    app.add_url_rule("/ask/<int:number>", view_func=ask)
    return app


def test_a_number_that_no_column_holds_is_refused_with_a_sentence(session, client):
    assert client.get("/ask/7").status_code == 200
    answer = client.get(f"/ask/{10**30}")
    assert answer.status_code == 400
    assert "没有看懂" in answer.text


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
