"""Two requests change one record at the same moment: one is saved, the other reads both values."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.access.auth import Actor, acting_as
from app.core.records import versions
from app.core.storage.db import db
from app.core.values.errors import Stale
from app.register.accounts import services as accounts
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from tests.factories.accounts import join_team, make_person, make_team, make_unit, make_user
from tests.factories.enterprises import make_contact, make_enterprise
from tests.factories.leads import County, a_county, an_actor, sign_in
from tests.factories.visits import a_visit
from tests.services.client import SeparateClient, forms_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A form of a page, and what each of two people sends with it."""

    people: tuple[Actor, Actor]
    page: str
    one: Fields
    other: Fields
    words: tuple[str, str]  # by which the two are known on the page of the conflict
    action: str = ""


def _officers(county: County) -> tuple[Actor, Actor]:
    return county.officer, county.colleague


def _administrators(county: County) -> tuple[Actor, Actor]:
    first, second = (an_actor(county.bureau, Role.ADMINISTRATOR) for _ in range(2))
    return first, second


def _company(county: County) -> Case:
    page = f"/enterprises/{make_enterprise().public_id}/edit"
    return Case(_officers(county), page, {"notes": "甲的"}, {"notes": "乙的"}, ("甲的", "乙的"))


def _archiving(county: County) -> Case:
    page = f"/enterprises/{make_enterprise().public_id}/archive"
    heads = county.head, an_actor(county.bureau, Role.BUREAU_HEAD)
    return Case(heads, page, {"reason": "注销了"}, {"reason": "搬走了"}, ("注销了", "搬走了"))


def _contact(county: County) -> Case:
    page = f"/contacts/{make_contact(make_enterprise()).public_id}/edit"
    heads = county.head, an_actor(county.bureau, Role.BUREAU_HEAD)
    return Case(heads, page, {"name": "严书宁"}, {"name": "孟庆川"}, ("严书宁", "孟庆川"))


def _visit(county: County) -> Case:
    page = f"/visits/{a_visit(county).public_id}/edit"
    people = county.resident, county.head
    return Case(people, page, {"place": "上海"}, {"place": "苏州"}, ("上海", "苏州"))


def _person(county: County) -> Case:
    page = f"/admin/people/{make_person('沈若岚').public_id}/edit"
    return Case(_administrators(county), page, {"post": "镇长"}, {"post": "局长"}, ("镇长", "局长"))


def _unit(county: County) -> Case:
    page = f"/admin/units/{make_unit('云溪镇').public_id}/edit"
    return Case(_administrators(county), page, {"name": "清河镇"}, {"name": "青石镇"}, ("清河镇", "青石镇"))


def _term(county: County) -> Case:
    person = make_person()
    term = join_team(person, make_team())
    page, action = f"/admin/people/{person.public_id}", f"/admin/memberships/{term.public_id}/leave"
    days = ("2026-06-30", "2026-07-31")
    one, other = ({"ends_on": day} for day in days)
    return Case(_administrators(county), page, one, other, days, action)


def _roles(county: County) -> Case:
    page = f"/admin/users/{make_user(Role.OFFICER).public_id}"
    one, other = {"roles": ["leader"]}, {"roles": ["resident"]}
    return Case(_administrators(county), page, one, other, ("县领导", "驻点队员"), f"{page}/roles")


CASES = [_company, _archiving, _contact, _visit, _person, _unit, _term, _roles]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both requests have read the record before either is saved. On SQLite the second cannot even begin
    before the first has ended: there the wait is given up.
    """
    barrier, saves_since = Barrier(2), versions.saves_since

    def look_together(*given: Any) -> int:
        try:
            barrier.wait(timeout=2)
        except BrokenBarrierError:
            barrier.abort()
        return saves_since(*given)

    monkeypatch.setattr(versions, "saves_since", look_together)


def _send_together(app: Flask, case: Case) -> list[TestResponse]:
    action, ready = case.action or case.page, []
    for actor, fields in zip(case.people, (case.one, case.other), strict=True):
        client = sign_in(app.test_client(), actor)
        assert isinstance(client, SeparateClient)
        forms = [
            form for form in forms_of(client.get(case.page).text) if (form.action or case.page) == action
        ]
        ready.append((client, {**forms[0].fields, **fields}))
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(client.post, action, data=fields) for client, fields in ready]
        return [answer.result() for answer in sent]


@pytest.mark.parametrize("case_of", CASES)
@pytest.mark.usefixtures("at_once")
def test_of_two_requests_at_once_one_is_saved_and_the_other_reads_both_values(
    app: Flask, session: Db, case_of: Callable[[County], Case]
) -> None:
    case = case_of(a_county())
    session.commit()
    answers = _send_together(app, case)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    loser = next(place for place, answer in enumerate(answers) if answer.status_code == 409)
    for word in (*case.words, case.people[1 - loser].name):
        assert word in answers[loser].text


def _renamed(person: Person, name: str, by: Actor, version: int) -> None:
    with acting_as(by):
        data = accounts.PersonData(name, person.post, person.phone, person.unit)
        accounts.save_person(person, data, version=version)
        db.session.commit()


@pytest.mark.parametrize("case_of", [_company, _contact, _visit, _person, _unit, _term, _roles])
def test_two_who_wrote_the_same_do_not_stand_in_each_others_way(
    app: Flask, session: Db, case_of: Callable[[County], Case]
) -> None:
    case = case_of(a_county())
    session.commit()
    first, second = (sign_in(app.test_client(), actor) for actor in case.people)
    action = case.action or case.page
    opened = [_as_opened(client, case.page, action) for client in (first, second)]
    assert first.post(action, data=opened[0] | case.one).status_code == 303
    assert second.post(action, data=opened[1] | case.one).status_code == 303
    changed = opened[1] | case.one | case.other
    assert second.post(action, data=changed).status_code == 409


def test_whoever_says_nothing_of_the_difference_is_refused_an_old_version(session: Db) -> None:
    person = make_person("沈若岚")
    session.commit()
    with pytest.raises(Stale) as stale:
        versions.claim(person, person.version + 1)
    assert (stale.value.clashes, stale.value.current_version) == ((), person.version)


def test_ones_own_second_tab_is_called_ones_own(session: Db, client: SeparateClient) -> None:
    county = a_county()
    page = f"/enterprises/{make_enterprise().public_id}/edit"
    me = sign_in(client, county.officer)
    first, second = (_as_opened(me, page) for _ in range(2))
    assert me.post(page, data=first | {"notes": "一个页面"}).status_code == 303
    clash = me.post(page, data=second | {"notes": "这个页面"})
    assert clash.status_code == 409
    for words in ("您自己在另一个页面刚改过这条记录", "另一个页面写的", "用另一个页面的，不保存这里写的"):
        assert words in clash.text
    assert "别人" not in clash.text and "对方" not in clash.text
    theirs = sign_in(client, county.colleague).post(
        page, data=_as_opened(client, page) | {"notes": "第三个", "version": second["version"]}
    )
    assert "这条记录刚被别人改过" in theirs.text and "另一个页面" not in theirs.text


def _as_opened(client: Any, page: str, action: str = "") -> Fields:
    forms = [form for form in forms_of(client.get(page).text) if "version" in form.fields]
    return next(form.fields for form in forms if not action or (form.action or page) == action)


def test_a_decision_on_ones_own_other_change_says_so_too(session: Db) -> None:
    county = a_county()
    person = make_person("沈若岚")
    session.commit()
    seen = person.version
    _renamed(person, "沈若蓝", county.head, seen)
    for by, words in ((county.head, "您自己在另一个页面"), (county.officer, "被别人改过")):
        with acting_as(by), pytest.raises(Stale, match=words):
            accounts.archive_person(person, "调走", version=seen)
