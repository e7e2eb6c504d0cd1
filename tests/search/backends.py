"""The backends the contract is run against, and documents to run it with."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search.factory import open_backend
from search.interface import Document, HitPage, Query, SearchBackend
from tests.services.elasticsearch import remove_indexes

EVERYONE = ("all",)

ENGINES = ("elasticsearch", "tantivy")


@contextmanager
def fresh_address(engine: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """An address at which no index was ever made."""
    if engine == "tantivy":
        yield f"tantivy://{folder / 'index'}"
        return
    node, name = request.getfixturevalue("elasticsearch_url"), f"t{secrets.token_hex(6)}"
    yield f"{node}/{name}"
    remove_indexes(node, name)


def enterprise(public_id: str, title: str, **given: Any) -> Document:
    return Document("enterprise", public_id, title, **{"access": EVERYONE, "version": 1, **given})


def filled(url: str, documents: Iterable[Document]) -> SearchBackend:
    backend = open_backend(url, writer=True)
    backend.apply(documents, ())
    return backend


def ask(backend: SearchBackend, text: str, **given: Any) -> HitPage:
    return backend.search(Query(text, **{"access": EVERYONE, **given}))


def ids(backend: SearchBackend, text: str, **given: Any) -> list[str]:
    return [hit.id for hit in ask(backend, text, **given).hits]
