"""The routes that every declared list has: the page, its print, its files."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SEARCHES
from app.core.records import exporting, listed, setups
from app.core.records.listing import Listing
from app.core.records.place import LISTS
from app.core.web import sheets
from app.core.web.budgets import asks, costs

Answer = str | Response | tuple[str, int]


def _nothing() -> Mapping[str, Any]:
    return {}


def serve(
    bp: Blueprint, listing: Listing[Any], template: str, *, beside: Callable[[], Mapping[str, Any]] = _nothing
) -> None:
    """Puts a list at /<blueprint> and what hangs on it below; `beside` is what its template shows besides."""
    LISTS.add(listing.kind, listing)
    at = f"/{bp.name}"

    @bp.get(at)
    @requires(listing.reads)
    @costs(SEARCHES, when=asks("q"))
    def index() -> Answer:
        """The list on the screen; what a bare address stands for, its reader may choose."""
        opening = None if request.args else setups.opening_query(listing, require_actor())
        if opening:
            return redirect(f"{url_for(listing.endpoint)}?{opening}")
        return listed.show(listing, template, **beside())

    @bp.get(f"{at}/print")
    @requires(listing.reads)
    @costs(sheets.PRINTS)
    def printed() -> str:
        """Every row of the list, on paper."""
        return listed.print_all(listing)

    @bp.get(f"{at}/export")
    @requires(listing.takes)
    @costs(SEARCHES, when=asks("q"))
    def export() -> str:
        """What the file will hold; asks what it is for."""
        return exporting.ask(listing)

    @bp.post(f"{at}/export")
    @requires(listing.takes)
    @costs(exporting.EXPORTS)
    def exported() -> Answer:
        """Every row of the list, as a file."""
        return exporting.answer(listing)
