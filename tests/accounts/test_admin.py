"""The administrator's pages of users, people and units, as the administrator uses them."""

import re
from datetime import date

import pytest
from sqlalchemy import event, select

from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit, User
from tests.factories.accounts import join_team, make_person, make_team, make_unit, make_user, sign_in

pytestmark = pytest.mark.both_databases

PAGES = ["/admin/users", "/admin/users/new", "/admin/people/new", "/admin/units", "/admin/units/new"]


@pytest.fixture
def admin(session, client):
    user = make_user(Role.ADMINISTRATOR)
    sign_in(client, user)
    return user


def first_password_in(page):
    found = re.search(r"初始密码 ([a-z0-9-]{19})", page)
    return found and found[1]


def tell(client, answer):
    """The page that follows a saved form."""
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


@pytest.mark.parametrize("path", PAGES)
def test_the_administrator_opens_every_page(client, admin, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_does(session, client, role):
    sign_in(client, make_user(role))
    for path in PAGES:
        assert client.get(path).status_code == 403
    other = make_user()
    session.commit()
    for action in ("reset", "disable", "enable", "roles"):
        page = client.get("/account").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        path = f"/admin/users/{other.public_id}/{action}"
        assert client.post(path, data={"csrf_token": token and token[1]}).status_code == 403
    session.expire_all()
    assert session.get_one(User, other.id).disabled_at is None


def test_a_new_user_gets_a_first_password_that_is_shown_once(app, session, client, admin):
    person = make_person("沈若岚")
    fields = {"person": person.public_id, "login": "ShenRuolan", "roles": [Role.OFFICER.value]}
    answer = client.submit("/admin/users/new", fields)
    page = tell(client, answer)
    first = first_password_in(page)
    assert first
    assert first_password_in(client.get(answer.location).text) is None
    session.expire_all()
    user = session.scalars(select(User).where(User.login == "shenruolan")).one()
    assert user.roles == {Role.OFFICER}
    theirs = app.test_client()
    assert sign_in(theirs, user, first).status_code == 303
    assert theirs.get("/").location == "/account/password"


def test_the_same_form_sent_twice_makes_one_user(session, client, admin):
    person = make_person()
    shown = client.get("/admin/users/new").text
    values = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', shown)[1]
        for name in ("csrf_token", "idempotency_key")
    }
    fields = values | {"person": person.public_id, "login": "once", "roles": "officer"}
    first, second = (client.post("/admin/users/new", data=fields) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(session.scalars(select(User).where(User.login == "once")).all()) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"login": "沈若岚"}, "英文字母"),
        ({"login": "x"}, "2 到 40 个"),
        ({"login": "taken"}, "已经有人用了"),
        ({"roles": []}, "至少选一个角色"),
        ({"roles": ["administrator", "officer"]}, "不能兼其他角色"),
        ({"roles": ["king"]}, "."),
        ({"person": "0000000000000000"}, "."),
        ({"login": ""}, "写上账号"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_the_reason(session, client, admin, given, sentence):
    make_user(login="taken")
    person = make_person()
    fields = {"person": person.public_id, "login": "shenruolan", "roles": ["officer"]} | given
    answer = client.submit("/admin/users/new", fields)
    assert answer.status_code == 422
    assert re.search(sentence, answer.text)
    assert "Not a valid choice" not in answer.text
    assert session.scalars(select(User).where(User.login == "shenruolan")).first() is None


def test_a_reset_password_ends_sessions_and_must_be_changed(app, session, client, admin):
    user = make_user()
    theirs = app.test_client()
    sign_in(theirs, user)
    path = f"/admin/users/{user.public_id}"
    first = first_password_in(tell(client, client.submit(path, action=f"{path}/reset")))
    assert first
    assert theirs.get("/account").status_code == 303
    assert sign_in(theirs, user).status_code == 422
    assert sign_in(theirs, user, first).status_code == 303
    assert theirs.get("/").location == "/account/password"


def test_a_disabled_user_is_out_until_enabled(app, session, client, admin):
    user = make_user()
    theirs = app.test_client()
    sign_in(theirs, user)
    path = f"/admin/users/{user.public_id}"
    assert "不能登录" in tell(client, client.submit(path, action=f"{path}/disable"))
    assert theirs.get("/account").status_code == 303
    assert sign_in(theirs, user).status_code == 422
    client.submit(path, action=f"{path}/enable")
    assert theirs.get("/account").status_code == 303
    assert sign_in(theirs, user).status_code == 303


def test_the_last_administrator_can_neither_be_shut_out_nor_lose_the_role(session, client, admin):
    path = f"/admin/users/{admin.public_id}"
    refused = client.submit(path, action=f"{path}/disable")
    assert refused.status_code == 422
    assert "最后一个管理员" in refused.text
    refused = client.submit(path, {"roles": ["officer"]}, action=f"{path}/roles")
    assert refused.status_code == 422
    assert "最后一个管理员" in refused.text
    assert client.get("/admin/users").status_code == 200


def test_roles_hold_from_the_next_click(app, session, client, admin):
    user = make_user(Role.OFFICER)
    theirs = app.test_client()
    sign_in(theirs, user)
    assert theirs.get("/audit").status_code == 403
    path = f"/admin/users/{user.public_id}"
    assert client.submit(path, {"roles": ["auditor"]}, action=f"{path}/roles").status_code == 303
    assert theirs.get("/audit").status_code == 200


def test_roles_changed_by_two_administrators_are_not_overwritten(session, client, admin):
    user = make_user(Role.OFFICER)
    path = f"/admin/users/{user.public_id}"
    assert client.submit(path, {"roles": ["leader"]}, action=f"{path}/roles").status_code == 303
    stale = client.submit(path, {"roles": ["resident"], "version": "1"}, action=f"{path}/roles")
    assert stale.status_code == 409
    session.expire_all()
    assert session.get_one(User, user.id).roles == {Role.LEADER}


def test_a_person_is_registered_edited_and_archived(app, session, client, admin):
    unit, other = make_unit("云溪镇"), make_unit("清河镇")
    page = tell(client, client.submit("/admin/people/new", {"name": "周以宁", "unit": unit.public_id}))
    assert "云溪镇" in page
    person = session.scalars(select(Person).where(Person.name == "周以宁")).one()
    path = f"/admin/people/{person.public_id}"
    assert "清河镇" in tell(client, client.submit(f"{path}/edit", {"unit": other.public_id}))
    user = make_user(person=person)
    theirs = app.test_client()
    sign_in(theirs, user)
    assert client.submit(path, {"reason": "调走"}, action=f"{path}/archive").status_code == 303
    assert theirs.get("/account").status_code == 303
    assert "调走" in client.get(path).text
    assert "周以宁" not in client.get("/admin/users").text


def test_a_stale_edit_of_a_person_is_refused(session, client, admin):
    person = make_person("旧名")
    path = f"/admin/people/{person.public_id}/edit"
    assert client.submit(path, {"name": "新名"}).status_code == 303
    assert client.submit(path, {"name": "别名", "version": "1"}).status_code == 409


def test_a_person_joins_and_leaves_a_team_with_dates(session, client, admin):
    person, team = make_person(), make_team("苏州驻点组")
    path = f"/admin/people/{person.public_id}"
    fields = {"team": team.public_id, "starts_on": "2026-01-01"}
    assert "苏州驻点组" in tell(client, client.submit(path, fields, action=f"{path}/teams"))
    membership = session.scalars(select(TeamMembership)).one()
    leave = f"/admin/memberships/{membership.public_id}/leave"
    assert client.submit(path, {"ends_on": "2026-06-30"}, action=leave).status_code == 303
    session.expire_all()
    assert session.scalars(select(TeamMembership.ends_on)).one() == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"starts_on": "2026-02-30"}, "真有的一天"),
        ({"starts_on": ""}, "写上第一天"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-30"}, "写反"),
        ({"starts_on": "2026-03-01"}, "已经在"),
        ({"starts_on": "1000-01-01"}, "1900"),
        ({"team": "0000000000000000"}, "."),
    ],
)
def test_a_term_that_cannot_be_is_refused(session, client, admin, given, sentence):
    person, team = make_person(), make_team()
    join_team(person, team, date(2026, 1, 1), date(2026, 3, 31))
    path = f"/admin/people/{person.public_id}"
    fields = {"team": team.public_id, "starts_on": "2026-05-01"} | given
    answer = client.submit(path, fields, action=f"{path}/teams")
    assert answer.status_code == 422
    assert re.search(sentence, answer.text)
    assert len(session.scalars(select(TeamMembership)).all()) == 1


def test_a_unit_is_set_up_moved_and_archived(session, client, admin):
    county = make_unit("青岚县", UnitKind.COUNTY)
    fields = {"name": "经开区", "kind": "park", "parent": county.public_id, "position": "3"}
    assert "经开区" in tell(client, client.submit("/admin/units/new", fields))
    park = session.scalars(select(Unit).where(Unit.name == "经开区")).one()
    assert (park.parent_id, park.kind) == (county.id, UnitKind.PARK)
    path = f"/admin/units/{park.public_id}"
    assert client.submit(f"{path}/edit", {"name": "高新区", "parent": ""}).status_code == 303
    assert client.submit(f"{path}/edit", {"reason": "合并"}, action=f"{path}/archive").status_code == 303
    assert "高新区" not in client.get("/admin/units").text


def test_a_unit_in_use_cannot_be_archived(session, client, admin):
    unit = make_unit("云溪镇")
    make_person(unit=unit)
    path = f"/admin/units/{unit.public_id}"
    answer = client.submit(f"{path}/edit", {"reason": "x"}, action=f"{path}/archive")
    assert answer.status_code == 422
    assert "还有 1 人" in answer.text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "青岚县"}, "已经有叫"),
        ({"parent": "own"}, "不能是它自己"),
        ({"name": ""}, "写上单位名称"),
        ({"name": "名" * 61}, "最多 60"),
        ({"position": "NaN"}, "."),
        ({"position": "99999999999999999999"}, "0 到 9999"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(session, client, admin, given, sentence):
    make_unit("青岚县")
    unit = make_unit("云溪镇", UnitKind.TOWNSHIP)
    if given.get("parent") == "own":
        given = {"parent": make_unit("村", parent=unit).public_id}
    answer = client.submit(f"/admin/units/{unit.public_id}/edit", given)
    assert answer.status_code == 422
    assert re.search(sentence, answer.text)


@pytest.mark.parametrize("path", ["users", "people", "units"])
def test_an_unknown_record_is_not_found(client, admin, path):
    suffix = "/edit" if path == "units" else ""
    assert client.get(f"/admin/{path}/0000000000000000{suffix}").status_code == 404
    assert client.get(f"/admin/{path}/%00{suffix}").status_code in {400, 404}  # PostgreSQL takes no NUL


def test_every_change_of_an_account_is_in_the_ledger(session, client, admin):
    user = make_user(Role.OFFICER)
    path = f"/admin/users/{user.public_id}"
    client.submit(path, action=f"{path}/disable")
    client.submit(path, action=f"{path}/reset")
    client.submit(path, {"roles": ["leader"]}, action=f"{path}/roles")
    found = session.execute(
        select(AuditEvent.action, AuditEvent.details).where(AuditEvent.actor_user_id == admin.id)
    ).all()
    told = {action for action, _details in found}
    assert {"user_account.update", "account.password_reset", "user_role.create"} <= told
    assert user.password_hash not in " ".join(details for _action, details in found)


def test_own_sessions_are_listed_and_can_be_ended_elsewhere(app, session, client):
    user = make_user()
    sign_in(client, user)
    elsewhere = app.test_client()
    sign_in(elsewhere, user)
    page = client.get("/account").text
    ends = re.findall(r'action="(/account/sessions/[0-9a-f]{16}/end)"', page)
    assert len(ends) == 1
    assert client.submit("/account", action=ends[0]).status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(app, session, client):
    user, stranger = make_user(), make_user()
    sign_in(client, user)
    elsewhere = app.test_client()
    sign_in(elsewhere, stranger)
    sign_in(app.test_client(), stranger)
    ends = re.findall(r'action="(/account/sessions/[0-9a-f]{16}/end)"', elsewhere.get("/account").text)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert client.post(ends[0], data={"csrf_token": token[1]}).status_code == 404
    assert elsewhere.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["/admin/users", "/admin/units"])
def test_the_number_of_queries_does_not_grow_with_the_rows(session, client, admin, path):
    def count():
        statements = []

        def note(*arguments):
            statements.append(arguments[2])

        session.commit()
        event.listen(db.engine, "before_cursor_execute", note)
        client.get(path)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    few = count()
    for _ in range(8):
        make_user(unit=make_unit())
    assert count() == few


def test_what_was_typed_into_a_refused_form_stands_there_again(session, client, admin):
    person, team = make_person(), make_team("苏州驻点组")
    term = join_team(person, team, date(2026, 1, 1))
    page = f"/admin/people/{person.public_id}"
    leave = f"/admin/memberships/{term.public_id}/leave"
    joined = client.submit(page, {"team": team.public_id, "starts_on": "2026-02-01"}, action=f"{page}/teams")
    left = client.submit(page, {"ends_on": "2025-12-31"}, action=leave)
    archived = client.submit(page, {"reason": ""}, action=f"{page}/archive")
    for answer, sentence in (
        (joined, "已经在「苏州驻点组」"),
        (left, "最后一天在第一天之前"),
        (archived, "写上原因"),
    ):
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f"<h1>{person.name}" in re.sub(r"<h1[^>]*>", "<h1>", answer.text)
    assert 'value="2026-02-01"' in joined.text
    assert 'value="2025-12-31"' in left.text


def test_a_new_account_is_offered_only_for_who_has_none(session, client, admin):
    user = make_user()
    free = make_person("沈若岚")
    session.commit()
    refused = client.get(f"/admin/users/new?person={user.person.public_id}")
    assert refused.status_code == 400
    assert "已经有账号" in refused.text
    assert client.get("/admin/users/new?person=0000000000000000").status_code == 404
    page = client.get(f"/admin/users/new?person={free.public_id}").text
    (chosen,) = re.findall(rf'<option[^>]*value="{free.public_id}"[^>]*>', page)
    assert " selected" in chosen


def test_the_page_of_a_person_reads_only_their_own_account(session, client, admin):
    user = make_user(login="shenruolan")
    for _ in range(3):
        make_user()
    session.commit()
    seen = []

    def note(*arguments):
        if "user_account.login" in arguments[2]:
            seen.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    page = client.get(f"/admin/people/{user.person.public_id}").text
    event.remove(db.engine, "before_cursor_execute", note)
    assert "账号 shenruolan" in page
    assert seen
    assert all("WHERE user_account." in re.sub(r"\s+", " ", statement) for statement in seen)


def test_an_ended_session_is_in_the_ledger_without_its_inner_number(app, session, client):
    user = make_user()
    sign_in(client, user)
    sign_in(app.test_client(), user)
    (end,) = re.findall(r'action="(/account/sessions/[0-9a-f]{16}/end)"', client.get("/account").text)
    client.submit("/account", action=end)
    client.submit("/account", action="/logout")
    told = session.execute(select(AuditEvent.action, AuditEvent.subject_id).order_by(AuditEvent.id.desc()))
    assert told.all()[:2] == [
        ("account.sign_out", user.public_id),
        ("account.session_ended", user.public_id),
    ]
