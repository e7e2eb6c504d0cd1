"""One act on many records of a list: who they are, what is asked once for all, what became of each.

Each record is a transaction of its own: one that cannot be done keeps no other from being done, and no lock
is held for long. What a single act asks of a record and of its doer, this asks of each. The same form sent
twice does each once. When the database is too busy for one, the rest is not tried: the report says so, and
leads to the form anew for those that are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records import listed
from app.core.records.acts import ACTS, MOST, Act, add_acts, key_of
from app.core.records.columns import Cell, ListColumn
from app.core.records.listing import Listing
from app.core.storage.db import db, end_writing
from app.core.storage.trouble import Trouble, trouble_of
from app.core.values.errors import NotAllowed, NotFound, RuleBroken, Stale
from app.core.values.ids import looks_like_public_id
from app.core.web import idempotency, pages
from app.core.web.budgets import HOUR, Budget, costs, declare
from app.core.web.forms import BaseForm
from app.core.web.unsaved import posted, shown_only

SHOWN = 10  # of them, by name, before it is done
BULK_ACTS = declare(Budget("bulk_acts", "批量办理", "次", HOUR, 60))
GONE = "已经看不到这一条了"
BUSY = "系统正忙，还没有办到这一条"
_OF_THE_PAGE = frozenset({"chosen", idempotency.FIELD})
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A record that was chosen: its id, its name in the list, None where it cannot be seen any more, and what
    tells it from others of that name.
    """

    public_id: str
    name: str | None = None
    told: str = ""


@dataclass(slots=True)
class Report:
    """What became of each: names that were done; names, reasons of those that were not."""

    done: list[Chosen] = field(default_factory=list)
    failed: list[tuple[Chosen, str]] = field(default_factory=list)

    @property
    def left(self) -> list[Chosen]:
        """Those of which another try may make something."""
        return [one for one, _reason in self.failed if one.name is not None]


class _Busy(Exception):
    """The database had no turn for one."""


def serve_acts(bp: Blueprint, listing: Listing[Any], *acts: Act) -> None:
    """Gives a list acts on many of its records, at /<blueprint>/many/<act>."""
    add_acts(listing.kind, acts)
    at, rights = f"/{bp.name}/many/<act>", {act.right for act in acts}

    @bp.get(at)
    @requires(*rights)
    def many(act: str) -> Answer:
        """Who was chosen, and what is asked once for all."""
        doing = _act(listing, act)
        try:
            chosen = _chosen(listing)
        except RuleBroken as none_or_too_many:
            flash(str(none_or_too_many), "warning")
            return redirect(_back(listing, doing)[1])
        return _asking(listing, doing, doing.form(formdata=None), chosen)

    @bp.post(at)
    @requires(*rights)
    @costs(BULK_ACTS)
    def done_to_many(act: str) -> Answer:
        """Does it to one after the other, and tells what became of each."""
        doing = _act(listing, act)
        chosen, form = _sent(listing), doing.form()
        if shown_only() or not form.validate():
            end_writing()
            return _asking(listing, doing, form, chosen), 200 if shown_only() else 422
        back = _back(listing, doing)
        report = _do(doing, chosen, form)
        end_writing()
        return _reported(listing, doing, report, back)


def _act(listing: Listing[Any], name: str) -> Act:
    act = ACTS.get(key_of(listing.kind, name))
    if act is None:
        raise NotFound
    if not require_actor().may(act.right):
        raise NotAllowed
    return act


# --- who ---


def _chosen(listing: Listing[Any]) -> list[Chosen]:
    """Those that were ticked, or with `all` every one that the list finds."""
    if request.args.get("all"):
        return _named(listing, _all_of(listing))
    return _named(listing, request.args.getlist("ids"))


def _sent(listing: Listing[Any]) -> list[Chosen]:
    """Those that stood on the page when it was sent: nobody who came into the list since."""
    return _named(listing, request.form.get("chosen", "").split())


def _all_of(listing: Listing[Any]) -> list[str]:
    with pages.of_query(request.args.get("among", "")):
        asked, sort = listed.read_asked(listing), pages.read_sort(listing.sorts, listing.sorted_by)
    return listing.first_ids(asked, require_actor(), sort, MOST + 1)


def _named(listing: Listing[Any], ids: Sequence[str]) -> list[Chosen]:
    ids = list(dict.fromkeys(one for one in ids if looks_like_public_id(one)))
    if not ids:
        raise RuleBroken(f"还没有选{listing.noun}，请在列表里勾上要办的再点")
    if len(ids) > MOST:
        raise RuleBroken(f"一次最多办 {MOST} {listing.counter}，请先加条件缩小范围")
    names = _names(listing, ids)
    return [names.get(one, Chosen(one)) for one in ids]


def _names(listing: Listing[Any], ids: Sequence[str]) -> dict[str, Chosen]:
    """Those that may be seen, as they are called in the list."""
    public_id = listing.model.public_id
    seen = select(listing.key).where(public_id.in_(ids), listing.seen(require_actor()))
    rows = listing.load(list(db.session.scalars(seen)))
    return {
        row.public_id: _named_as(listing, row.public_id, shown)
        for row, shown in zip(rows, listing.shown(rows), strict=True)
    }


def _named_as(listing: Listing[Any], public_id: str, row: Any) -> Chosen:
    first, *others = listing.columns
    told = [_words(one, row) for one in others if one.tells]
    return Chosen(public_id, _words(first, row), "，".join(filter(None, told)))


def _words(column: ListColumn, row: Any) -> str:
    said = column.cell(row)
    if isinstance(said, Cell):
        return said.words or (said.light.words if said.light else "")
    return "" if said is None else str(said)


# --- doing ---


def _do(act: Act, chosen: Sequence[Chosen], form: BaseForm) -> Report:
    report, is_busy = Report(), False
    idempotency.begin_parts()
    for one in chosen:
        reason: str | None = GONE if one.name is None else BUSY
        if one.name is not None and not is_busy:
            try:
                reason = _why_not(act, one.public_id, form)
            except _Busy:
                is_busy = True
        if reason is None:
            report.done.append(one)
        else:
            report.failed.append((one, reason))
    return report


def _why_not(act: Act, public_id: str, form: BaseForm) -> str | None:
    """Does it; else says why not, and nothing of it stays."""
    try:
        if not idempotency.is_part_done(public_id):
            act.on(public_id, form)
            idempotency.remember_part(public_id)
        db.session.commit()
        return None
    except NotFound:
        reason = GONE
    except NotAllowed as refused:
        reason = refused.message
    except (RuleBroken, Stale) as refused:
        reason = str(refused)
    except (DBAPIError, NoConnectionFree) as error:
        reason = _of_database(error)
    db.session.rollback()
    return None if _twin_did_it(public_id) else reason


def _of_database(error: Exception) -> str:
    """What a twin under way has written first; busy ends the round, all else is a fault."""
    db.session.rollback()
    if isinstance(error, IntegrityError):
        return "刚有人登记了同样的内容，没有办"
    if trouble_of(error) is Trouble.BUSY:
        raise _Busy from error
    raise error


def _twin_did_it(public_id: str) -> bool:
    """Whether the same form, sent twice, met what its twin had done."""
    try:
        return idempotency.is_part_done(public_id)
    except RuleBroken:
        return False
    finally:
        db.session.rollback()


# --- pages ---


def _asking(listing: Listing[Any], act: Act, form: BaseForm, chosen: Sequence[Chosen]) -> str:
    return render_template(
        "layouts/many.html",
        listing=listing,
        act=act,
        form=form,
        chosen=chosen,
        shown=SHOWN,
        key=request.form.get(idempotency.FIELD) or idempotency.new_key(),
        back=_back(listing, act),
        address=_address(listing, act),
    )


def _reported(listing: Listing[Any], act: Act, report: Report, back: tuple[str, str]) -> str:
    return render_template(
        "layouts/many_done.html",
        listing=listing,
        act=act,
        report=report,
        typed=[(name, value) for name, value in posted().fields if name not in _OF_THE_PAGE],
        back=back,
        address=_address(listing, act),
        undo_url=_address(listing, _act(listing, act.undo)) if act.undo else None,
        key=idempotency.new_key(),
    )


def _address(listing: Listing[Any], act: Act) -> str:
    among, at = (request.args.get(name) or None for name in ("among", "at"))
    return url_for(listing.beside("many"), act=act.name, among=among, at=at)


def _back(listing: Listing[Any], act: Act) -> tuple[str, str]:
    """Where they were chosen, in words and by its address: the list as it was then, or another page."""
    at = request.args.get("at", "")
    if at and act.begun_at is not None and (begun := act.begun_at(at)):
        return begun
    with pages.of_query(request.args.get("among", "")):
        query = pages.query_again()
    url = url_for(listing.endpoint)
    return listing.title, f"{url}?{query}" if query else url
