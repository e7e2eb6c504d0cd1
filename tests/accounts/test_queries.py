"""The actor of a user, the tree of units, and which team counts on which day."""

from datetime import date, timedelta

import pytest

from app.core.access.reach import Reach
from app.core.values.clock import now, today
from app.core.values.errors import NotFound
from app.register.accounts import queries
from app.register.accounts.enums import Permission, Role, UnitKind
from tests.factories.accounts import join_team, make_person, make_team, make_unit, make_user

pytestmark = pytest.mark.both_databases


def teams_on(person, day):
    return queries.places_of(person.id, person.unit_id, day).team_ids


def test_an_actor_holds_unit_tree_teams_and_rights_of_today(session):
    town = make_unit(kind=UnitKind.TOWNSHIP)
    village = make_unit(parent=town)
    elsewhere = make_unit()
    user = make_user(Role.OFFICER, unit=town)
    running, over = make_team(), make_team()
    join_team(user.person, running, today() - timedelta(days=10), today())
    join_team(user.person, over, today() - timedelta(days=90), today() - timedelta(days=1))
    actor = queries.actor_for_user(user.id)
    assert actor is not None
    assert actor.unit_ids == {town.id, village.id}
    assert elsewhere.id not in actor.unit_ids
    assert actor.team_ids == {running.id}
    assert actor.reach == Reach.UNIT
    assert actor.may(Permission.LEADS_WRITE)
    assert not actor.may(Permission.ACCOUNTS_MANAGE)


def test_a_disabled_or_missing_user_is_nobody(session):
    user = make_user()
    user.disabled_at = now()
    session.flush()
    assert queries.actor_for_user(user.id) is None
    assert queries.actor_for_user(10**9) is None
    with pytest.raises(NotFound):
        queries.actor_by_login(user.login)


@pytest.mark.parametrize(
    ("ends_on", "day", "counts"),
    [
        (date(2026, 3, 31), date(2025, 12, 31), False),
        (date(2026, 3, 31), date(2026, 1, 1), True),
        (date(2026, 3, 31), date(2026, 3, 31), True),
        (date(2026, 3, 31), date(2026, 4, 1), False),
        (None, date(2030, 1, 1), True),
    ],
)
def test_both_dates_of_a_membership_belong_to_it(session, ends_on, day, counts):
    person, team = make_person(), make_team()
    join_team(person, team, date(2026, 1, 1), ends_on)
    assert teams_on(person, day) == ({team.id} if counts else set())
    assert queries.team_on(person.id, day) == (team.id if counts else None)


def test_rotation_never_rewrites_the_past(session):
    person, first, second = make_person(), make_team(), make_team()
    join_team(person, first, date(2025, 1, 1), date(2025, 6, 30))
    join_team(person, second, date(2025, 7, 1))
    assert queries.team_on(person.id, date(2024, 12, 31)) is None
    assert queries.team_on(person.id, date(2025, 6, 30)) == first.id
    assert queries.team_on(person.id, date(2025, 7, 1)) == second.id
    assert teams_on(person, date(2025, 6, 30)) == {first.id}


def test_of_two_teams_on_one_day_the_later_joined_counts(session):
    person, first, second = make_person(), make_team(), make_team()
    join_team(person, first, date(2025, 1, 1))
    join_team(person, second, date(2025, 3, 1), date(2025, 3, 31))
    assert queries.team_on(person.id, date(2025, 3, 15)) == second.id
    assert teams_on(person, date(2025, 3, 15)) == {first.id, second.id}
    assert queries.team_on(person.id, date(2025, 4, 1)) == first.id


def test_archived_people_and_units_are_no_longer_offered(session):
    gone, here = make_unit("撤销的局"), make_unit("在用的局")
    left, stays = make_person("走了的人", here), make_person("还在的人", here)
    gone.archived_at = left.archived_at = now()
    session.flush()
    assert [unit.name for unit in queries.list_units(UnitKind.DEPARTMENT)] == ["在用的局"]
    assert [person.name for person in queries.list_people()] == [stays.name]


def test_the_tree_lists_each_unit_under_its_parent(session):
    county = make_unit("县", UnitKind.COUNTY)
    bureau = make_unit("局", UnitKind.BUREAU, county)
    make_unit("乡", UnitKind.TOWNSHIP, county)
    make_unit("科", UnitKind.SECTION, bureau)
    assert [(depth, unit.name) for depth, unit in queries.unit_tree()] == [
        (0, "县"),
        (1, "局"),
        (2, "科"),
        (1, "乡"),
    ]


@pytest.mark.parametrize(
    "read", [queries.get_unit, queries.get_person, queries.get_user, queries.get_membership]
)
def test_an_unknown_public_id_is_not_found(session, read):
    with pytest.raises(NotFound):
        read("0000000000000000")
