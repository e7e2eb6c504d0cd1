"""评分权重: a version holds from its day on, comes to 100, and is looked at before it is kept."""

from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.core.values.clock import now, today
from app.promotion.targets import queries, rules
from app.promotion.targets.enums import FactKind, ScorePart
from app.promotion.targets.models import TargetWeights
from tests.factories.leads import County, a_county, an_enterprise, sign_in
from tests.factories.targets import a_fact, a_target
from tests.services.client import forms_of

pytestmark = pytest.mark.both_databases
NEW = "/target_weights/new"


@pytest.fixture
def county(session: scoped_session[Session]) -> County:
    return a_county()


@pytest.fixture
def head(client: FlaskClient, county: County) -> FlaskClient:
    return sign_in(client, county.head)


def tomorrow() -> date:
    return today() + timedelta(days=1)


def asked(**changed: str) -> dict[str, str]:
    """Five points less for reachability, five more for the site, unless told otherwise."""
    return {
        "valid_from": tomorrow().isoformat(),
        "note": "县政府常务会议定的",
        "site": "15",
        "reach": "5",
    } | changed


def versions() -> list[TargetWeights]:
    return list(db.session.scalars(select(TargetWeights).order_by(TargetWeights.valid_from)))


def looked(head: FlaskClient, **changed: str) -> str:
    return head.post(
        NEW, data=forms_of(head.get(NEW).text)[-1].fields | asked(**changed) | {"look": "1"}
    ).text


def test_as_shipped_the_weights_are_those_of_the_domain(county: County) -> None:
    assert queries.weights_on() == queries.weights_on(date(1999, 1, 1)) == rules.SHIPPED


def test_new_weights_hold_from_their_day_on_and_not_before(head: FlaskClient) -> None:
    assert head.submit(NEW, asked()).status_code == 303
    db.session.rollback()
    assert queries.weights_on() == rules.SHIPPED
    assert queries.weights_on(tomorrow()) == {**rules.SHIPPED, ScorePart.SITE: 15, ScorePart.REACH: 5}
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        db.session.rollback()
        assert queries.weights_on()[ScorePart.SITE] == 15
    assert "区位与要素适配" in head.get("/target_weights").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reach": "10"}, "六项分值加起来是 105，要正好是 100"),
        ({"reach": "0"}, "六项分值加起来是 95，要正好是 100"),
        ({"site": "10", "reach": "10"}, "没有改动"),
        ({"site": "-5", "reach": "25"}, "要写 0 到 100 之间的整数"),
        ({"site": "半"}, "要写 0 到 100 之间的整数"),
        ({"site": ""}, "写上分值，不算的写 0"),
        ({"note": ""}, "为什么改"),
    ],
)
def test_weights_that_cannot_be_are_refused_with_a_sentence_and_nothing_is_kept(
    head: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    answer = head.submit(NEW, asked(**typed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert sentence in looked(head, **typed)
    assert len(versions()) == 1


def test_the_database_keeps_no_weights_that_do_not_come_to_a_hundred(county: County) -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE target_weights SET fit = 99"))


def test_a_look_tells_how_many_open_targets_change_by_how_much_and_keeps_nothing(
    head: FlaskClient, county: County
) -> None:
    assert "现在没有要评分的目标企业" in looked(head)
    tied = a_target(county, enterprise=an_enterprise("甲甲有限公司"))
    a_fact(tied, FactKind.SITE_FITS, county.officer)
    a_target(county, enterprise=an_enterprise("乙乙有限公司"))
    shown = looked(head)
    assert "会变成这样，还没有保存" in shown
    assert "今天在库的 2 家目标企业里有 1 家评分会变：升 1 家，降 0 家" in shown
    assert "变得最多的是甲甲有限公司：10–100 变为 15–100" in shown
    assert len(versions()) == 1


def test_officers_read_the_weights_and_only_the_head_sets_them(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.officer)
    assert me.get("/target_weights").status_code == 200
    assert me.get(NEW).status_code == 403
