"""Where a record stands in the list it was opened from: its number, the records before and after it.

The page of a record knows by its address: `place` is the number in the list, `among` what the list was
narrowed to and how it was sorted.
"""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import select

from app.core.access.auth import Actor, current_actor
from app.core.records import listed
from app.core.records.listing import ListAsked, Listing
from app.core.storage.db import db
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.registries import Registry
from app.core.web import pages

LISTS: Registry[Listing[Any]] = Registry("lists")  # by the kind of their records


@dataclass(frozen=True, slots=True)
class PlaceInList:
    """`number` of `total`; addresses of the list and of its neighbours, None where there is none."""

    number: int
    total: pages.Count
    counter: str
    url: str
    before: str | None
    after: str | None


def address_in(listing: Listing[Any], page: pages.Page[Any], row: int, public_id: str, among: str) -> str:
    """The page of the record in a row, counted from 0, of a page of the list that is being shown; `among` is
    what it is narrowed to.
    """
    number = (page.number - 1) * page.size + row + 1
    return _address(listing, public_id, number, among)


def _address(listing: Listing[Any], public_id: str, number: int, among: str) -> str:
    return url_for(listing.record, public_id=public_id, place=number, among=among or None)


def place_in_list() -> PlaceInList | None:
    """Of the record whose page is asked for; None where it was not opened from a list, and where that list
    cannot be asked for any more.
    """
    listing = next((one for one in LISTS.values() if one.record == request.endpoint), None)
    actor = current_actor()
    if listing is None or actor is None or not actor.may(listing.reads) or "place" not in request.args:
        return None
    try:
        return _place(listing, actor, str((request.view_args or {}).get("public_id")))
    except (RuleBroken, NotFound):
        return None


def _place(listing: Listing[Any], actor: Actor, public_id: str) -> PlaceInList | None:
    number = pages.read_int("place", "第几条", least=1, most=pages.COUNT_CAP) or 1
    among = request.args.get("among", "")
    with pages.of_query(among):
        asked, sort = listed.read_asked(listing), pages.read_sort(listing.sorts, listing.sorted_by)
        among = pages.query_again()
    around = listing.around(asked, actor, sort, number)
    if not around:
        return None
    number = next((found for found, own in around.items() if own == public_id), number)
    before, after = number - 1, number + 1
    if public_id not in around.values():
        # What moved up since left its place to the one before, what left the list to the one after.
        before, after = (number, after) if _is_listed(listing, asked, actor, public_id) else (before, number)
    shown = {found: _address(listing, own, found, among) for found, own in around.items()}
    total = listing.count(asked, actor)
    page = (number - 1) // pages.PAGE_SIZE + 1
    url = url_for(listing.endpoint, page=page if page > 1 else None)
    url = f"{url}{'&' if '?' in url else '?'}{among}" if among else url
    return PlaceInList(number, total, listing.counter, url, shown.get(before), shown.get(after))


def _is_listed(listing: Listing[Any], asked: ListAsked, actor: Actor, public_id: str) -> bool:
    own = listing.model.public_id == public_id
    return db.session.scalar(select(listing.key).where(own, listing.where(asked, actor))) is not None
