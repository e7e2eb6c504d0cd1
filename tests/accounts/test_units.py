"""Units: whose name is free, who is in them today, and what becomes of their names over a migration."""

from datetime import date, timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.values.errors import RuleBroken
from app.register.accounts import queries, services
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Unit
from tests.factories.accounts import join_team, make_person, make_team, make_unit, make_user, sign_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def admin(session, client):
    sign_in(client, make_user(Role.ADMINISTRATOR))
    return client


def archived(name):
    unit = make_unit(name)
    services.archive_unit(unit, "合并")
    db.session.flush()
    return unit


def test_the_name_of_an_archived_unit_may_be_given_again(session, admin):
    gone = archived("云溪镇")
    answer = admin.submit("/admin/units/new", {"name": "云溪镇", "kind": "township"})
    assert answer.status_code == 303
    session.expire_all()
    names = session.execute(select(Unit.live_name, Unit.archived_at.is_(None)).where(Unit.name == "云溪镇"))
    assert sorted(names, key=str) == [("云溪镇", True), (None, False)]
    assert session.get_one(Unit, gone.id).name == "云溪镇"


def test_units_that_are_no_more_are_listed_and_restored_from_the_list(session, admin):
    gone, kept = archived("云溪镇"), make_unit("清河镇")
    session.commit()
    live = admin.get("/admin/units").text
    assert "清河镇" in live and "云溪镇" not in live
    page = admin.get("/admin/units?view=archived").text
    assert "云溪镇" in page and "合并" in page and "清河镇" not in page
    restoring = f"/admin/units/{gone.public_id}/restore"
    assert admin.submit("/admin/units?view=archived", action=restoring).status_code == 303
    session.expire_all()
    assert not gone.is_archived and gone.live_name == "云溪镇" and not kept.is_archived
    assert "没有撤销过单位" in admin.get("/admin/units?view=archived").text


def test_two_units_in_use_never_share_a_name(session, admin):
    make_unit("云溪镇")
    refused = admin.submit("/admin/units/new", {"name": "云溪镇", "kind": "township"})
    assert refused.status_code == 422
    assert "已经有叫「云溪镇」的单位" in refused.text


def test_an_archived_unit_that_is_renamed_takes_no_name(session):
    gone = archived("云溪镇")
    make_unit("清河镇")
    services.save_unit(gone, "清河镇", UnitKind.TOWNSHIP, None, 0)
    assert (gone.name, gone.live_name) == ("清河镇", None)


def test_the_command_takes_the_unit_in_use_of_that_name(app, session):
    archived("某局")
    session.commit()
    words = ["create-user", "first", "--name", "甲", "--unit", "某局", "--role", "officer"]
    assert app.test_cli_runner().invoke(args=["accounts", *words]).exit_code == 0
    assert len(session.scalars(select(Unit).where(Unit.name == "某局")).all()) == 2


def test_a_team_counts_and_lists_those_who_are_in_it_today(session, admin):
    team, bureau = make_team("苏州驻点组"), make_unit("发改局")
    day = timedelta(days=1)
    own, sent = make_person("本组的人", team), make_person("派来的人", bureau)
    join_team(own, team)  # also of the team itself: still one person
    join_team(sent, team, today() - 30 * day, today())
    for name, starts_on, ends_on in (
        ("已经回来", today() - 90 * day, today() - day),
        ("还没有去", today() + day, None),
    ):
        join_team(make_person(name, bureau), team, starts_on, ends_on)
    left = make_person("走了的人", team)
    join_team(left, team)
    left.archived_at = now()
    session.flush()
    assert queries.head_counts(today())[team.id] == 2
    assert {member.person.name for member in queries.list_members(team, today())} == {"本组的人", "派来的人"}
    page = admin.get(f"/admin/units/{team.public_id}/edit").text
    assert "派来的人" in page
    assert "发改局" in page
    assert "已经回来" not in page
    assert '<td class="num">2</td>' in admin.get("/admin/units").text


def test_the_head_of_a_team_stands_first(session):
    team = make_team()
    join_team(make_person("安一"), team)
    join_team(make_person("组长"), team).is_head = True
    session.flush()
    assert [member.person.name for member in queries.list_members(team, today())] == ["组长", "安一"]


def test_a_team_with_somebody_still_in_it_cannot_be_archived(session):
    team = make_team()
    join_team(make_person(), team, today(), today())
    with pytest.raises(RuleBroken, match="还有没离组的队员"):
        services.archive_unit(team, "撤组")


def test_a_team_whose_members_have_all_left_can(session):
    team = make_team()
    join_team(make_person(), team, date(2025, 1, 1), today() - timedelta(days=1))
    services.archive_unit(team, "撤组")
    assert team.is_archived


def test_names_survive_the_way_down_and_up(app, session):
    archived("云溪镇")
    make_unit("云溪镇")
    archived("清河镇")
    session.commit()
    session.remove()
    downgrade(revision="0004")
    down = [name for (name,) in db.session.execute(text("SELECT name FROM unit ORDER BY id"))]
    assert down[1:] == ["云溪镇", "清河镇"]
    assert down[0].startswith("云溪镇（撤销")
    db.session.remove()
    upgrade()
    rows = db.session.execute(text("SELECT name, live_name FROM unit ORDER BY id")).all()
    assert [tuple(row) for row in rows[1:]] == [("云溪镇", "云溪镇"), ("清河镇", None)]
    assert rows[0].live_name is None
    make_unit("红岩乡")
    assert db.session.scalar(select(Unit.live_name).where(Unit.name == "红岩乡")) == "红岩乡"
