"""A fresh address for every backend under test."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from search.elastic import client as elastic
from search.interface import Document, SearchBackend
from tests.search.backends import ENGINES, filled, fresh_address


@pytest.fixture(scope="package", autouse=True)
def patient() -> Iterator[None]:
    """A machine that runs all tests at once may keep a node waiting for longer than a reader should wait."""
    with pytest.MonkeyPatch.context() as patch:
        for patience in ("READ_PATIENCE", "WRITE_PATIENCE", "ADMIN_PATIENCE"):
            patch.setattr(elastic, patience, 60.0)
        yield


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_address(request.param, request, tmp_path) as address:
        yield address


@pytest.fixture
def holding(url: str) -> Iterator[Callable[[Iterable[Document]], SearchBackend]]:
    """A function giving a backend that holds these documents."""
    opened: list[SearchBackend] = []

    def hold(documents: Iterable[Document]) -> SearchBackend:
        opened.append(filled(url, documents))
        return opened[-1]

    yield hold
    for backend in opened:
        backend.close()
