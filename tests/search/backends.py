"""The backends the contract is run against, and documents to run it with."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from search.factory import open_backend
from search.interface import Document, Page, Query, SearchBackend

EVERYONE = ("all",)

# Each takes an empty folder and gives an address. A further backend joins the whole suite with one line.
ADDRESSES: dict[str, Callable[[Path], str]] = {"tantivy": lambda folder: f"tantivy://{folder / 'index'}"}


def enterprise(public_id: str, title: str, **given: Any) -> Document:
    return Document("enterprise", public_id, title, **{"access": EVERYONE, "version": 1, **given})


def filled(url: str, documents: Iterable[Document]) -> SearchBackend:
    backend = open_backend(url, writer=True)
    backend.apply(documents, ())
    return backend


def ask(backend: SearchBackend, text: str, **given: Any) -> Page:
    return backend.search(Query(text, **{"access": EVERYONE, **given}))


def ids(backend: SearchBackend, text: str, **given: Any) -> list[str]:
    return [hit.id for hit in ask(backend, text, **given).hits]
