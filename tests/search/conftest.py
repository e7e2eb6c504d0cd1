"""A fresh address for every backend under test."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from search.interface import Document, SearchBackend
from tests.search.backends import ADDRESSES, filled


@pytest.fixture(params=sorted(ADDRESSES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return ADDRESSES[request.param](tmp_path)


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
