"""What tests of imports share: another process that wants to write."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError


def _wrote(engine: Engine) -> bool:
    try:
        with engine.begin() as connection:
            connection.execute(text("UPDATE outbox_number SET drawn = drawn + 1"))
    except OperationalError:
        return False
    return True


@pytest.fixture
def other_writer(database: str) -> Iterator[Callable[[], bool]]:
    """Writes on a connection of its own; answers whether it could do so within half a second."""
    patience = {"timeout": 0.5} if database.startswith("sqlite") else {}
    engine = create_engine(database, connect_args=patience)
    with ThreadPoolExecutor(1) as another:
        yield lambda: another.submit(_wrote, engine).result()
    engine.dispose()
