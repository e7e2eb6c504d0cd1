"""Role by route: each role signs in and tries every route; route_table.py says who gets through."""

import pytest

from app.register.accounts.enums import Role
from tests.house.conftest import Filled, NewHouse
from tests.house.planted import BELOW, plant
from tests.house.route_table import ROUTES, SIGNED_IN
from tests.house.walking import MUTATING, House, Route
from tests.house.write_route_table import SHORT

REFUSED = "这一步不在您的职责内"
# The role may, but not with the record of the county, of which this person is no owner.
NOT_OWN = {
    "leads.access": "RES",
    "leads.save_access": "RES",
    "leads.archive": "RES",
    "leads.save_archive": "RES",
    "leads.void": "OFF RES",
    "leads.save_void": "OFF RES",
    # Tried with a project: a resident works on none.
    "steps.new": "RES",
    "steps.create": "RES",
    "attachments.new": "RES",
    "tags.choosing": "RES",
    "tags.choose": "RES",
    "attachments.create": "RES",
    # Tried with the archive: a resident puts tags on many companies, and archives none.
    "enterprises.many": "RES",
    "enterprises.done_to_many": "RES",
}
ROLES = {"": "nobody"} | {role.value: short for role, short in SHORT.items()}


def gets_through(house: House, login: str, route: Route) -> bool:
    """Whether the route's own code is reached: others meet the sign-in page or a refusal."""
    answer = house.client(login).open(route.path, method=route.method, data={})
    words = answer.get_data().decode(errors="replace")
    answer.close()
    assert answer.status_code < 500, f"{route} as {ROLES[login]} answered {answer.status_code}"
    if not login:
        return not (answer.status_code == 303 and answer.location.startswith("/login"))
    return not (answer.status_code == 403 and REFUSED in words)


def disagreements(house: House, login: str, table: dict[str, str], below: str = "/") -> list[str]:
    """Routes at which a role fares otherwise than the table says; routes that it does not list."""
    short, found = ROLES[login], []
    for route in house.routes("GET", *MUTATING, below=below):
        if route.endpoint not in table:
            found.append(f"{route.endpoint} is not in the table")
        elif gets_through(house, login, route) != expected(table, route, short):
            found.append(f"{route} as {short}")
    return found


def expected(table: dict[str, str], route: Route, short: str) -> bool:
    return short in table[route.endpoint].split() and short not in NOT_OWN.get(route.endpoint, "").split()


@pytest.fixture
def open_house(filled: Filled, new_house: NewHouse) -> House:
    """A house of its own for one role; forms need no token, since only who gets through is asked."""
    house = new_house(filled)
    house.app.config["WTF_CSRF_ENABLED"] = False
    return house


@pytest.mark.parametrize("login", ROLES)
def test_each_role_gets_through_where_the_table_says_and_nowhere_else(open_house: House, login: str) -> None:
    assert disagreements(open_house, login, ROUTES) == []


def test_the_table_lists_no_route_that_is_gone(house: House) -> None:
    assert set(ROUTES) - set(house.app.view_functions) == set()


def test_the_table_knows_every_role() -> None:
    assert set(SHORT) == set(Role)
    assert set(SIGNED_IN.split()) == set(SHORT.values())


def test_a_route_that_is_too_open_too_closed_or_unlisted_is_noticed(open_house: House) -> None:
    plant(open_house)
    listed = {
        endpoint: SIGNED_IN for endpoint in open_house.app.view_functions if endpoint != "planted.unlisted"
    }
    table = listed | {"planted.too_open": "ADM", "planted.too_closed": "HEAD"}
    found = disagreements(open_house, Role.OFFICER.value, table, BELOW)
    assert found == ["GET /planted/open as OFF", "planted.unlisted is not in the table"]
    assert "GET /planted/closed as HEAD" in disagreements(
        open_house, Role.BUREAU_HEAD.value, table, "/planted/closed"
    )
