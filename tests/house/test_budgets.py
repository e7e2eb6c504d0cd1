"""Every costly route has a budget. What is costly stands in a table; what looks costly must be in it."""

from flask import Flask

from app.core.web.budgets import BUDGETS, costs_of
from tests.house.conftest import Filled, NewHouse
from tests.house.furnishing import furnishings, lists
from tests.house.planted import plant
from tests.house.walking import House, counted_queries

SEARCH, TYPING = ("searches",), ("suggestions",)
LISTS = (
    *("enterprises", "leads", "projects", "steps", "visits"),
    *(each.feature for each in lists()),
)
OF_A_LIST = {
    "index": SEARCH,
    "printed": ("prints",),
    "export": SEARCH,
    "exported": ("exports",),
    "done_to_many": ("bulk_acts",),
}
COSTLY: dict[str, tuple[str, ...]] = {
    "auditing.index": SEARCH,
    "chain_figures.printed_month": ("prints",),
    "chain_maps.picture": ("exports",),
    "chain_maps.printed": ("prints",),
    "enterprises.duplicates": TYPING,
    "enterprises.erasing_contact": SEARCH,
    "enterprises.options": TYPING,
    "enterprises.reveal_contact": ("reveal_clicks",),
    "files.download": ("downloads",),
    "finder.results": SEARCH,
    "finder.suggest": TYPING,
    "imports.change_columns": ("trial_runs",),
    "imports.change_source": ("trial_runs",),
    "imports.problems": ("downloads",),
    "imports.retry": ("trial_runs",),
    "imports.template": ("downloads",),
    "imports.undo": ("trial_runs",),
    "imports.upload": ("trial_runs",),
    "leads.board": SEARCH,
    "leads.options": TYPING,
    "reference.divisions": TYPING,
    "reference.industries": TYPING,
    "outcomes.exported": ("exports",),
    "outcomes.printed": ("prints",),
    "outcomes.printed_credit": ("prints",),
    "outcomes.printed_week": ("prints",),
    "reports.funnel": ("funnel_as_known",),
    "saved_searches.create": SEARCH,
    "saved_searches.fresh": SEARCH,
    "words.index": SEARCH,
    **{f"{part}.{route}": names for part in LISTS for route, names in OF_A_LIST.items()},
    **{route: names for each in furnishings() for route, names in each.costly.items()},
}
# Looks for words in one small table that people fill by hand.
CHEAP = frozenset({"accounts.units", "accounts.users"})
HANDED_OUT = ("/print", "/export", ".xlsx", ".docx", ".csv", ".pdf", ".zip", "/options", "/suggest")


def declared(app: Flask) -> dict[str, tuple[str, ...]]:
    found = ((endpoint, costs_of(view)) for endpoint, view in app.view_functions.items())
    return {endpoint: names for endpoint, names in found if names}


def looking_costly(house: House) -> set[str]:
    """Routes that hand out lists or files, answer each key, or look for words that somebody types."""
    routes, client = house.routes("GET"), house.client()
    found = {route.endpoint for route in routes if route.rule.endswith(HANDED_OUT)}
    for route in routes:
        with counted_queries(house) as statements:
            client.get(route.path, query_string={"q": "青岚"}).close()
        if any(" LIKE " in statement for statement in statements):
            found.add(route.endpoint)
    return found


def test_what_costs_is_what_the_table_says(house: House) -> None:
    assert declared(house.app) == COSTLY
    assert {name for names in COSTLY.values() for name in names} <= set(BUDGETS)


def test_whatever_looks_costly_has_a_budget(house: House) -> None:
    assert looking_costly(house) - CHEAP <= set(COSTLY)


def test_a_costly_route_without_a_budget_is_noticed(filled: Filled, new_house: NewHouse) -> None:
    faulty = new_house(filled)
    plant(faulty)
    assert looking_costly(faulty) - CHEAP - set(COSTLY) == {"planted.searching", "planted.handed_out"}
