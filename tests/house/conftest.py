"""The filled county on both engines, made once per process, copied for each test module."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.core.storage.db import db
from app.core.web import budgets
from app.factory import create_app
from tests.house.browsing import ServedHouse, serving
from tests.house.county import seed
from tests.house.walking import Filled, House
from tests.services import databases

SMALL, LARGE = 3, 60
# Whoever asks for one of these looks at the pages of a county made for it, which takes minutes.
WALKED = {"filled", "crowded", "postgres_house", "situation"}
NewHouse = Callable[[Filled], House]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if WALKED & set(getattr(item, "fixturenames", ())):
            item.add_marker("walk")


def _fill(folder: Path, url: str, size: int) -> dict[str, str]:
    app = create_app(databases.testing_config(folder, url))
    with app.app_context():
        ids = seed(size)
        db.session.remove()
        db.engine.dispose()
    return ids


def _filled_sqlite(template: Path, folder: Path, size: int) -> Filled:
    path = folder / f"filled-{size}.sqlite3"
    shutil.copyfile(template, path)
    return str(path), _fill(folder, f"sqlite:///{path}", size)


@pytest.fixture(autouse=True)
def without_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walks over all routes ask more in a minute than anybody may."""
    monkeypatch.setattr(budgets, "amount_of", lambda _budget, _roles: 1_000_000)


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The file of a small county, with the ids of its records."""
    return _filled_sqlite(sqlite_template, tmp_path_factory.mktemp("filled"), SMALL)


@pytest.fixture(scope="session")
def crowded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The same with long lists."""
    return _filled_sqlite(sqlite_template, tmp_path_factory.mktemp("crowded"), LARGE)


@pytest.fixture(scope="module")
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewHouse]:
    """Makes an app over a copy of a filled county; ends them all with the module."""
    with ExitStack() as stack:

        def make(filled: Filled) -> House:
            folder = tmp_path_factory.mktemp("house")
            path, ids = filled
            shutil.copyfile(path, folder / "county.sqlite3")
            app = create_app(databases.testing_config(folder, f"sqlite:///{folder / 'county.sqlite3'}"))
            stack.callback(_dispose, House(app, ids))
            return House(app, ids)

        yield make


def _dispose(house: House) -> None:
    with house.app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def house(filled: Filled, new_house: NewHouse) -> House:
    """One house for the tests of a module that change nothing."""
    return new_house(filled)


@pytest.fixture
def postgres_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The small county on PostgreSQL."""
    server = request.getfixturevalue("postgres_server")
    with databases.postgres_copy(server, request.getfixturevalue("postgres_template")) as url:
        ids = _fill(tmp_path, url, SMALL)
        house = House(create_app(databases.testing_config(tmp_path, url)), ids)
        yield house
        _dispose(house)


@pytest.fixture(scope="session")
def served(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    """The small county served by gunicorn, for tests that look and change nothing."""
    with serving(filled, tmp_path_factory.mktemp("served")) as house:
        yield house
