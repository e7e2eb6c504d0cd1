"""Every page asks the database the same number of questions, however long its lists are."""

import pytest

from tests.house.conftest import Filled, NewHouse
from tests.house.planted import BELOW, plant
from tests.house.walking import House, counted_queries

LOGINS = ["everything", "resident", "leader"]


def queries(house: House, login: str, below: str = "/") -> dict[str, list[str]]:
    """The statements of each GET route, by route."""
    client, found = house.client(login), {}
    for path in ("/reference/divisions?q=a", "/enterprises/duplicates?name=青岚"):
        client.get(path).close()  # what each process keeps of places is read by then
    for route in house.routes("GET", below=below):
        with counted_queries(house) as statements:
            client.get(route.path).close()
        found[str(route)] = list(statements)
    return found


def growing(few: dict[str, list[str]], many: dict[str, list[str]]) -> list[str]:
    """Routes that ask more of a long list than of a short one, with the question asked most."""
    return [
        f"{route}: {len(few[route])} -> {len(many[route])}, mostly {max(many[route], key=many[route].count)}"
        for route in few
        if len(many[route]) > len(few[route])
    ]


@pytest.fixture(scope="module")
def crowded_house(crowded: Filled, new_house: NewHouse) -> House:
    return new_house(crowded)


@pytest.mark.parametrize("login", LOGINS)
def test_long_lists_cost_no_more_queries_than_short_ones(
    house: House, crowded_house: House, login: str
) -> None:
    assert growing(queries(house, login), queries(crowded_house, login)) == []


def test_a_page_that_asks_once_per_row_is_noticed(
    filled: Filled, crowded: Filled, new_house: NewHouse
) -> None:
    small, large = new_house(filled), new_house(crowded)
    for each in (small, large):
        plant(each)
    few, many = (queries(each, "everything", f"{BELOW}growing") for each in (small, large))
    found = growing(few, many)
    assert len(found) == 1
    assert found[0].startswith("GET /planted/growing: ")


def test_no_page_asks_more_than_forty_questions(house: House) -> None:
    asked = {route: len(statements) for route, statements in queries(house, "everything").items()}
    assert {route: count for route, count in asked.items() if count > 40} == {}
