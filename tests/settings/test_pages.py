"""安全设置: who may, what is refused, what the ledger keeps, when it holds."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.storage.settled import CountySetting, number_for, numbers_of
from app.core.values.clock import now
from app.core.values.settings import EVERYBODY, Setting
from app.office.settings.queries import in_words
from app.register.accounts.enums import Role
from app.register.accounts.rules import IDLE_DESK
from tests.factories.accounts import make_user, sign_in
from tests.services.client import forms_of

pytestmark = pytest.mark.both_databases
DESK = "/admin/settings/idle_desk"


@pytest.fixture
def administrator(session, client):
    sign_in(client, make_user(Role.ADMINISTRATOR))
    return client


def test_a_change_holds_from_the_next_request_on_and_stands_in_the_ledger(session, administrator):
    leader = administrator.application.test_client()
    sign_in(leader, make_user(Role.LEADER))
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        assert administrator.submit(DESK, {"of_leader": "10"}).location == "/admin/settings"
        assert leader.get("/account").status_code == 303
        page = administrator.get("/admin/settings").text
    assert "县领导 10 分钟，其他人 30 分钟" in page
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "county_setting.changed")).one()
    assert "电脑上多久不用" in event.summary
    assert '["30 分钟", "县领导 10 分钟，其他人 30 分钟"]' in event.details


def test_what_another_process_saved_is_seen_at_once(session, administrator):
    administrator.submit(DESK, {"of_leader": "10"})
    with db.engine.begin() as another:
        another.execute(
            update(CountySetting.__table__).values(numbers='{"leader": 20, "gone": 1, "officer": 999}')
        )
    assert number_for(IDLE_DESK, [Role.LEADER]) == 20
    assert number_for(IDLE_DESK, [Role.OFFICER]) == 480  # no more than this version of the program allows
    assert number_for(IDLE_DESK, [Role.AUDITOR]) == 30
    assert set(numbers_of(IDLE_DESK)) == set(Role)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("4", "要写 5 到 480 之间的整数"),
        ("481", "要写 5 到 480 之间的整数"),
        ("-30", "要写 5 到 480 之间的整数"),
        ("", "写上数字"),
        ("半小时", "要写 5 到 480 之间的整数"),
        ("30.5", "要写 5 到 480 之间的整数"),
    ],
)
def test_a_number_out_of_bounds_is_refused_and_comes_again(session, administrator, typed, sentence):
    answer = administrator.submit(DESK, {"of_leader": typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{typed}"' in answer.text
    assert session.scalars(select(CountySetting)).all() == []


def test_the_second_of_two_is_told_what_the_first_has_set(session, administrator):
    another = administrator.application.test_client()
    sign_in(another, make_user(Role.ADMINISTRATOR))
    mine = forms_of(another.get(DESK).text)[-1].fields
    assert administrator.submit(DESK, {"of_leader": "10"}).status_code == 303
    told = another.post(DESK, data={**mine, "of_leader": "20"})
    assert told.status_code == 409
    assert "县领导" in told.text
    assert "10 分钟" in told.text
    assert "20 分钟" in told.text
    assert number_for(IDLE_DESK, [Role.LEADER]) == 10


def test_what_is_saved_as_it_was_leaves_no_trace(session, administrator):
    assert administrator.submit(DESK).status_code == 303
    assert session.scalars(select(AuditEvent.action)).all().count("county_setting.changed") == 0


def test_nobody_else_sees_or_changes_it_and_there_is_no_other(session, administrator):
    assert administrator.get("/admin/settings/unheard_of").status_code == 404
    officer = administrator.application.test_client()
    sign_in(officer, make_user(Role.BUREAU_HEAD))
    assert officer.get("/admin/settings").status_code == 403
    assert officer.get(DESK).status_code == 403


def test_numbers_that_stand_for_words_are_told_in_words():
    some = (Role.LEADER, Role.OFFICER, Role.RESIDENT)
    asked = Setting("asked", "登录", "要不要", "", 0, 1, 0, roles=some, choices=("不要", "必须"))
    plain = Setting("plain", "登录", "多少", "个", 1, 9, 3)
    numbers = asked.filled({Role.LEADER: 1})
    assert in_words(asked, numbers) == "县领导 必须，其他人 不要"
    assert in_words(asked, dict.fromkeys(some, 1)) == "必须"
    assert in_words(plain, {EVERYBODY: 3}) == "3 个"
    assert asked.for_roles(numbers, [Role.OFFICER, Role.LEADER]) == 1
    assert asked.for_roles(numbers, [Role.AUDITOR]) == 0
