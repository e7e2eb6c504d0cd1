"""Every page asks the database the same number of questions, however long its lists are."""

from collections.abc import Sequence

import pytest

from tests.house.conftest import Filled, NewHouse
from tests.house.planted import BELOW, plant
from tests.house.walking import House, Route, counted_queries

LOGINS = ["everything", "resident", "leader"]


def asked(house: House, login: str, routes: Sequence[Route]) -> dict[str, list[str]]:
    """The statements of each route, by route."""
    client, found = house.client(login), {}
    for route in routes:
        with counted_queries(house) as statements:
            answer = client.get(route.path)
            answer.close()
        assert answer.status_code < 500, f"{route} answered {answer.status_code}"  # a fault asks fewer
        found[str(route)] = list(statements)
    return found


def growing(small: House, large: House, login: str, below: str = "/") -> list[str]:
    """Routes that ask more of a long list than of a short one, with the question asked most.

    A process keeps some things once it has read them (names of places, what is common among companies), for
    whichever house it asked first; so what seems to grow is asked again of both.
    """
    few, many = (asked(house, login, house.routes("GET", below=below)) for house in (small, large))
    seem = [route for route in few if len(many[route]) > len(few[route])]
    for house, found in ((small, few), (large, many)):
        again = [route for route in house.routes("GET", below=below) if str(route) in seem]
        found.update(asked(house, login, again))
    return [
        f"{route}: {len(few[route])} -> {len(many[route])}, mostly {max(many[route], key=many[route].count)}"
        for route in seem
        if len(many[route]) > len(few[route])
    ]


@pytest.fixture(scope="module")
def crowded_house(crowded: Filled, new_house: NewHouse) -> House:
    return new_house(crowded)


@pytest.mark.parametrize("login", LOGINS)
def test_long_lists_cost_no_more_queries_than_short_ones(
    house: House, crowded_house: House, login: str
) -> None:
    assert growing(house, crowded_house, login) == []


def test_a_page_that_asks_once_per_row_is_noticed(
    filled: Filled, crowded: Filled, new_house: NewHouse
) -> None:
    small, large = new_house(filled), new_house(crowded)
    for each in (small, large):
        plant(each)
    found = growing(small, large, "everything", f"{BELOW}growing")
    assert len(found) == 1
    assert found[0].startswith("GET /planted/growing: ")


def test_no_page_asks_more_than_forty_questions(house: House) -> None:
    found = asked(house, "everything", house.routes("GET"))
    # What a process learns once, whichever page comes first, is asked again and is then no part of a page.
    seem = {route for route, statements in found.items() if len(statements) > 40}
    again = [route for route in house.routes("GET") if str(route) in seem]
    found = asked(house, "everything", again)
    assert {route: len(statements) for route, statements in found.items() if len(statements) > 40} == {}
