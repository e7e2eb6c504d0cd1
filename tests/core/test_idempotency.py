"""A create sent twice makes one record and answers alike."""

import pytest
from flask import request

from app.core.access.permissions import SIGNED_IN, requires
from app.core.storage.db import db
from app.core.web import idempotency
from app.core.web.app import csrf
from app.core.web.idempotency import DoneOnce, once
from app.core.web.pages import done
from app.register.accounts.models import Unit, User
from tests.factories.accounts import make_unit, make_user
from tests.factories.counties import signed_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def app(app):
    """The product with one more route, which makes a unit of the name it is sent."""

    @csrf.exempt
    @requires(SIGNED_IN)
    @once
    def make():
        unit = make_unit(request.form["name"])
        return done(f"/units/{unit.name}", "已保存")

    @csrf.exempt
    @requires(SIGNED_IN)
    @once
    def refuse():
        """Shows the form again, as a view does that sees the record of a faster twin."""
        return "已经有叫这个名称的单位", 422

    app.add_url_rule("/make-unit", view_func=make, methods=["POST"])
    app.add_url_rule("/refuse-unit", view_func=refuse, methods=["POST"])
    return app


@pytest.fixture
def somebody(session, client):
    return signed_in(client, make_user())


def send(client, name, key):
    return client.post("/make-unit", data={"name": name, "idempotency_key": key})


def names(session):
    session.rollback()
    return sorted(session.query(Unit.name).filter(Unit.name.like("云溪%")).all())


def test_the_same_key_twice_makes_one_record_and_gives_the_same_answer(session, somebody):
    first, second = send(somebody, "云溪镇", "k1"), send(somebody, "云溪镇", "k1")
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(names(session)) == 1


def test_the_same_key_with_another_body_is_refused_with_a_sentence(session, somebody):
    send(somebody, "云溪镇", "k1")
    answer = send(somebody, "云溪街道", "k1")
    assert answer.status_code == 422
    assert "已经提交过一次" in answer.text
    assert len(names(session)) == 1


def test_two_keys_make_two_records(session, somebody):
    send(somebody, "云溪镇", "k1")
    send(somebody, "云溪街道", "k2")
    assert len(names(session)) == 2


def test_without_a_key_nothing_is_remembered(session, somebody):
    send(somebody, "云溪镇", "")
    assert len(names(session)) == 1
    assert session.query(DoneOnce).count() == 0


def test_the_key_of_one_person_says_nothing_to_another(app, session, somebody):
    send(somebody, "云溪镇", "k1")
    other = signed_in(app.test_client(), make_user())
    assert send(other, "云溪街道", "k1").status_code == 303
    assert len(names(session)) == 2


def test_a_refused_create_may_be_sent_again_under_its_key(session, somebody):
    make_unit("云溪镇")
    session.commit()
    refused = send(somebody, "云溪镇", "k1")
    assert refused.status_code == 409
    assert "刚有人登记了同样的内容" in refused.text
    assert send(somebody, "云溪街道", "k1").status_code == 303


def test_a_faster_twin_gives_its_answer(session, somebody, monkeypatch):
    """Both look before either has committed: the slower one meets the unique key."""
    send(somebody, "云溪镇", "k1")
    looks = iter([None])
    from_table = idempotency._answered
    monkeypatch.setattr(idempotency, "_answered", lambda key: next(looks, "ask") and from_table(key))
    answer = send(somebody, "云溪镇", "k1")
    assert answer.status_code == 303
    assert len(names(session)) == 1


def test_a_twin_that_is_refused_for_the_record_of_the_faster_one_gives_its_answer(
    app, session, somebody, monkeypatch
):
    """The slower one sees the record itself, and its view says that it exists already."""
    from_table = idempotency._answered
    looks = iter([None])
    monkeypatch.setattr(idempotency, "_answered", lambda key: next(looks, "ask") and from_table(key))
    assert somebody.post("/refuse-unit", data={"idempotency_key": "k2"}).status_code == 422
    looks = iter([None])
    kept = DoneOnce(
        user_id=session.query(User.id).scalar(),
        route="refuse",
        key="k3",
        body_hash="any",
        location="/units/1",
    )
    session.add(kept)
    session.commit()
    monkeypatch.setattr(idempotency, "_body_hash", lambda: "any")
    answer = somebody.post("/refuse-unit", data={"idempotency_key": "k3"})
    assert (answer.status_code, answer.location) == (303, "/units/1")


def test_the_look_for_an_earlier_answer_holds_no_lock(app, session, somebody, monkeypatch):
    seen = []

    def hashed_before_anything_is_asked():
        seen.append(db.session().in_transaction())
        return "下一步", 422

    app.add_url_rule(
        "/hashes",
        view_func=csrf.exempt(requires(SIGNED_IN)(once(hashed_before_anything_is_asked))),
        methods=["POST"],
    )
    somebody.post("/hashes", data={"idempotency_key": "k1"})
    assert seen == [False]
