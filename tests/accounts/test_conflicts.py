"""Two administrators at one record: the second reads both values and who was first, and chooses."""

from datetime import date

import pytest
from sqlalchemy import select

from app.core.storage.db import db
from app.core.values.errors import Stale
from app.register.accounts import services
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit, User
from tests.factories.accounts import join_team, make_person, make_team, make_unit, make_user, sign_in
from tests.services.client import forms_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def first(app, session):
    """The browser of the administrator who saves first."""
    client = app.test_client()
    sign_in(client, make_user(Role.ADMINISTRATOR, person=make_person("韩知行")))
    return client


@pytest.fixture
def second(app, session):
    """The browser of the one who opened the page before that."""
    client = app.test_client()
    sign_in(client, make_user(Role.ADMINISTRATOR, person=make_person("周以宁")))
    return client


def opened(client, page, path):
    """The fields of a form as the page showed them."""
    (form,) = [form for form in forms_of(client.get(page).text) if (form.action or page) == path]
    return form.fields


def insists(client, answer, path, **chosen):
    """Sends the page of the conflict on with what was chosen there."""
    form = next(form for form in forms_of(answer.text) if form.action == path)
    return client.post(path, data={**form.fields, **chosen})


def in_words(answer):
    """The page of a conflict, which names both values and who was first."""
    assert answer.status_code == 409
    assert "韩知行 20" in answer.text
    return answer.text


def test_a_person_edited_twice_shows_both_values_and_takes_the_chosen_one(session, first, second):
    unit, other = make_unit("云溪镇"), make_unit("清河镇")
    person = make_person("沈若岚", unit)
    session.commit()
    path = f"/admin/people/{person.public_id}/edit"
    seen = opened(second, path, path)
    first.submit(path, {"post": "副镇长", "unit": other.public_id})
    answer = second.post(path, data={**seen, "post": "镇长"})
    page = in_words(answer)
    assert "副镇长" in page
    assert "镇长" in page
    assert "清河镇" in page
    assert "云溪镇" in page
    chosen = insists(second, answer, path, post="镇长", unit=other.public_id)
    assert chosen.status_code == 303
    session.expire_all()
    saved = session.get_one(Person, person.id)
    assert (saved.post, saved.unit_id) == ("镇长", other.id)


def test_a_unit_edited_twice_shows_both_values_and_takes_the_chosen_one(session, first, second):
    county = make_unit("青岚县", UnitKind.COUNTY)
    unit = make_unit("云溪镇", UnitKind.TOWNSHIP)
    session.commit()
    path = f"/admin/units/{unit.public_id}/edit"
    seen = opened(second, path, path)
    first.submit(path, {"kind": "park", "parent": county.public_id, "position": "7"})
    answer = second.post(path, data={**seen, "name": "云溪乡"})
    page = in_words(answer)
    for words in ("园区", "镇街", "青岚县", "没有上级", "7", "云溪乡"):
        assert words in page
    fields = {"name": "云溪乡", "kind": "park", "parent": county.public_id, "position": "7"}
    assert insists(second, answer, path, **fields).status_code == 303
    session.expire_all()
    saved = session.get_one(Unit, unit.id)
    assert (saved.name, saved.live_name, saved.kind, saved.position) == ("云溪乡", "云溪乡", UnitKind.PARK, 7)


def test_roles_given_twice_are_shown_and_only_overwritten_on_purpose(session, first, second):
    user = make_user(Role.OFFICER)
    session.commit()
    page, path = f"/admin/users/{user.public_id}", f"/admin/users/{user.public_id}/roles"
    seen = opened(second, page, path)
    first.submit(page, {"roles": ["leader"]}, action=path)
    answer = second.post(path, data={**seen, "roles": ["resident", "officer"]})
    shown = in_words(answer)
    assert "县领导" in shown
    assert "招商干部、驻点队员" in shown
    session.expire_all()
    assert session.get_one(User, user.id).roles == {Role.LEADER}
    assert insists(second, answer, path, roles=["resident", "officer"]).status_code == 303
    session.expire_all()
    assert session.get_one(User, user.id).roles == {Role.OFFICER, Role.RESIDENT}


def test_a_last_day_written_twice_shows_both_days(session, first, second):
    person, team = make_person(), make_team()
    term = join_team(person, team, date(2026, 1, 1))
    session.commit()
    page, path = f"/admin/people/{person.public_id}", f"/admin/memberships/{term.public_id}/leave"
    seen = opened(second, page, path)
    first.submit(page, {"ends_on": "2026-06-30"}, action=path)
    answer = second.post(path, data={**seen, "ends_on": "2026-07-31"})
    shown = in_words(answer)
    assert "2026-06-30" in shown
    assert "2026-07-31" in shown
    assert insists(second, answer, path, ends_on="2026-07-31").status_code == 303
    session.expire_all()
    assert session.scalars(select(TeamMembership.ends_on)).one() == date(2026, 7, 31)


def test_archiving_a_person_whom_another_has_just_changed_says_so(session, first, second):
    person = make_person("沈若岚")
    session.commit()
    page, path = f"/admin/people/{person.public_id}", f"/admin/people/{person.public_id}/archive"
    seen = opened(second, page, path)
    first.submit(f"{page}/edit", {"post": "副镇长"})
    answer = second.post(path, data={**seen, "reason": "调走"})
    shown = in_words(answer)
    assert "改了职务" in shown
    assert "归档：调走" in shown
    session.expire_all()
    assert not session.get_one(Person, person.id).is_archived
    assert insists(second, answer, path).status_code == 303
    session.expire_all()
    assert session.get_one(Person, person.id).archive_reason == "调走"


def test_archiving_twice_is_told_and_cannot_be_insisted_on(session, first, second):
    person, unit = make_person("沈若岚"), make_unit("云溪镇")
    session.commit()
    ways = (
        (f"/admin/people/{person.public_id}", f"/admin/people/{person.public_id}/archive"),
        (f"/admin/units/{unit.public_id}/edit", f"/admin/units/{unit.public_id}/archive"),
    )
    for page, path in ways:
        seen = opened(second, page, path)
        first.submit(page, {"reason": "合并"}, action=path)
        answer = second.post(path, data={**seen, "reason": "调走"})
        shown = in_words(answer)
        assert "归档：合并" in shown
        assert "调走" in shown
        assert "用我的</" not in shown
    session.expire_all()
    assert session.get_one(Person, person.id).archive_reason == "合并"
    assert session.get_one(Unit, unit.id).archive_reason == "合并"


@pytest.mark.parametrize(
    ("before", "theirs", "mine", "words"),
    [
        ("in", "disable", "disable", ("停用时间", "停用")),
        ("in", "roles", "disable", ("改了角色", "停用")),
        ("in", "reset", "disable", ("改了密码", "停用")),
        ("out", "enable", "enable", ("停用时间", "启用")),
        ("in", "disable", "reset", ("停用时间", "重设密码")),
    ],
)
def test_a_button_on_an_account_that_another_has_just_changed_says_so(
    session, first, second, before, theirs, mine, words
):
    user = make_user(Role.OFFICER)
    page = f"/admin/users/{user.public_id}"
    session.commit()
    if before == "out":
        first.submit(page, action=f"{page}/disable")
    seen = opened(second, page, f"{page}/{mine}")
    first.submit(page, {"roles": ["leader"]} if theirs == "roles" else {}, action=f"{page}/{theirs}")
    answer = second.post(f"{page}/{mine}", data=seen)
    shown = in_words(answer)
    for each in words:
        assert each in shown
    can_insist = theirs != mine
    assert (
        bool([form for form in forms_of(answer.text) if form.fields.get("version", "0") != "0"]) is can_insist
    )
    if can_insist:
        assert insists(second, answer, f"{page}/{mine}").status_code == 303


def stale_ways():
    """Every service that changes what stands there, as a command or an interface would call it."""
    person, unit = make_person("沈若岚"), make_unit("云溪镇")
    user, term = make_user(Role.OFFICER), join_team(make_person(), make_team(), date(2026, 1, 1))
    data = services.PersonData("沈若蓝", "", None, unit)
    return [
        (person, lambda seen: services.save_person(person, data, version=seen)),
        (person, lambda seen: services.archive_person(person, "调走", version=seen)),
        (unit, lambda seen: services.save_unit(unit, "清河镇", unit.kind, None, 0, version=seen)),
        (unit, lambda seen: services.archive_unit(unit, "合并", version=seen)),
        (term, lambda seen: services.leave_team(term, date(2026, 6, 30), version=seen)),
        (user, lambda seen: services.set_roles(user, [Role.LEADER], version=seen)),
        (user, lambda seen: services.reset_password(user, "a hash", version=seen)),
        (user, lambda seen: services.enable_user(user, version=seen)),
        (user, lambda seen: services.disable_user(user, version=seen)),
    ]


@pytest.mark.parametrize("way", range(9))
def test_no_service_changes_what_another_has_changed_since(session, way):
    row, change = stale_ways()[way]
    session.commit()
    before, seen = table_rows(), row.version
    with pytest.raises(Stale) as stale:
        change(seen - 1)
    session.rollback()
    assert stale.value.clashes or stale.value.current_version == seen
    assert table_rows() == before
    change(seen)


def test_a_sign_in_makes_nobodys_open_page_stale(app, session, first):
    user = make_user(Role.OFFICER)
    session.commit()
    page, path = f"/admin/users/{user.public_id}", f"/admin/users/{user.public_id}/disable"
    seen = opened(first, page, path)
    assert sign_in(app.test_client(), user).status_code == 303
    assert first.post(path, data=seen).status_code == 303


@pytest.mark.parametrize("what", ["edit", "archive", "roles", "disable", "leave", "unit"])
def test_a_form_without_its_version_changes_nothing(session, first, what):
    user = make_user(Role.OFFICER, person=make_person("沈若岚"))
    unit = make_unit("云溪镇")
    term = join_team(user.person, make_team())
    session.commit()
    person_page = f"/admin/people/{user.person.public_id}"
    user_page = f"/admin/users/{user.public_id}"
    unit_page = f"/admin/units/{unit.public_id}/edit"
    page, path, fields = {
        "edit": (f"{person_page}/edit", f"{person_page}/edit", {"name": "别人"}),
        "archive": (person_page, f"{person_page}/archive", {"reason": "调走"}),
        "roles": (user_page, f"{user_page}/roles", {"roles": ["leader"]}),
        "disable": (user_page, f"{user_page}/disable", {}),
        "leave": (person_page, f"/admin/memberships/{term.public_id}/leave", {"ends_on": "2030-01-01"}),
        "unit": (unit_page, unit_page, {"name": "别名"}),
    }[what]
    seen = opened(first, page, path)
    del seen["version"]
    before = table_rows()
    assert first.post(path, data={**seen, **fields}).status_code == 409
    session.expire_all()
    assert table_rows() == before


def table_rows():
    return [
        sorted(map(str, db.session.execute(select(model.__table__).order_by(model.id)).all()))
        for model in (Person, Unit, TeamMembership, User)
    ]
