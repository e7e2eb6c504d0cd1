"""How somebody has set up a list for themselves: which columns in which order, how tall its rows are, and the
views they keep of it: the list under its conditions, by a name, for themselves or for everybody who reads it.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, and_, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access.auth import Actor
from app.core.records.columns import ListColumn
from app.core.records.listing import Listing
from app.core.storage.db import Base, Keyed, Record, db, read_once
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.labels import labelled

LONGEST_NAME = 30
LONGEST_QUERY = 2000
MOST_VIEWS = 30  # of one list and one person

# Neither table is audited: both hold conveniences of somebody, and change no record of the county.


class ListView(Base, Record):
    """A list under its conditions, by a name. Really deleted when its owner removes it."""

    __tablename__ = "list_view"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("user_id", "list", "name", name="uq_list_view"),
        Index("ix_list_view_list", "list", "is_shared"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    owner_name: Mapped[str] = labelled("谁建的", String(60))
    list: Mapped[str] = mapped_column(String(30))  # the kind of its records
    name: Mapped[str] = labelled("名称", String(LONGEST_NAME))
    query: Mapped[str] = labelled("条件", String(LONGEST_QUERY))  # as `canonical` writes it
    is_shared: Mapped[bool] = labelled("大家都能用", default=False, short="共用")


class ListSetup(Base, Keyed):
    """How one person sees one list."""

    __tablename__ = "list_setup"
    __audited__ = False
    __table_args__ = (UniqueConstraint("user_id", "list", name="uq_list_setup"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    list: Mapped[str] = mapped_column(String(30))
    columns: Mapped[Any] = mapped_column(
        JSON(none_as_null=True), nullable=True
    )  # keys in their order, None as declared
    is_compact: Mapped[bool] = labelled("行高", default=False)
    view_id: Mapped[int | None] = mapped_column(ForeignKey("list_view.id"))  # what a bare address shows


@dataclass(frozen=True, slots=True)
class Setup:
    """The same in use; `columns` are keys, None as the list declares them."""

    columns: tuple[str, ...] | None = None
    is_compact: bool = False
    view_id: int | None = None
    opens: str | None = None  # what a bare address of the list stands for, as a query


# --- columns, pure ---


def arranged(
    listing: Listing[Any], setup: Setup, asked_for: Container[str], *, on_paper: bool
) -> list[ListColumn]:
    """The columns of a list for somebody: first what leads to the record, then those they have chosen, last
    those that say something only beside a filter that is asked for.
    """
    first, *others = listing.columns
    at_need = [one for one in others if one.only_with and one.only_with in asked_for]
    if setup.columns is None:
        kept = [one for one in others if not one.only_with or one in at_need]
        return [first, *(one for one in kept if (one.on_paper if on_paper else one.on_page))]
    by_key = {one.key: one for one in others if not one.only_with}
    return [first, *(by_key[key] for key in setup.columns if key in by_key), *at_need]


def offered(listing: Listing[Any], setup: Setup) -> list[tuple[ListColumn, bool]]:
    """The columns that can be chosen, each with whether it is: first the chosen ones in their order."""
    chosen = arranged(listing, setup, (), on_paper=False)[1:]
    rest = [one for one in listing.columns[1:] if not one.only_with and one not in chosen]
    return [*((one, True) for one in chosen), *((one, False) for one in rest)]


# --- reads ---


def setup_of(listing: Listing[Any], actor: Actor) -> Setup:
    """How this person has set up a list."""
    return read_once(("setup", listing.kind, actor.user_id), lambda: _setup_of(listing, actor))


def _setup_of(listing: Listing[Any], actor: Actor) -> Setup:
    may_use = or_(ListView.user_id == actor.user_id, ListView.is_shared.is_(True))
    opens = and_(ListView.id == ListSetup.view_id, may_use)
    columns = select(ListSetup.columns, ListSetup.is_compact, ListSetup.view_id, ListView.query)
    query = columns.outerjoin(ListView, opens).where(*_own(listing, actor))
    row = db.session.execute(query).first()
    if row is None:
        return Setup()
    chosen = None if row.columns is None else tuple(row.columns)
    return Setup(chosen, row.is_compact, row.view_id, row.query)


def _own(listing: Listing[Any], actor: Actor) -> tuple[Any, Any]:
    return ListSetup.user_id == actor.user_id, ListSetup.list == listing.kind


def views_of(listing: Listing[Any], actor: Actor) -> list[ListView]:
    """The views of a list that somebody may choose: their own, then those that others share."""
    mine = ListView.user_id == actor.user_id
    query = select(ListView).where(ListView.list == listing.kind, or_(mine, ListView.is_shared.is_(True)))
    return list(db.session.scalars(query.order_by(mine.desc(), ListView.name, ListView.id)))


def view_at(public_id: str, actor: Actor) -> ListView:
    """One that this person keeps or that is shared; any other does not exist for them."""
    may_use = or_(ListView.user_id == actor.user_id, ListView.is_shared.is_(True))
    row = db.session.scalar(select(ListView).where(ListView.public_id == public_id, may_use))
    if row is None:
        raise NotFound
    return row


def own_view_at(public_id: str, actor: Actor) -> ListView:
    """One that this person keeps."""
    row = view_at(public_id, actor)
    if row.user_id != actor.user_id:
        raise NotFound
    return row


def opening_query(listing: Listing[Any], actor: Actor) -> str | None:
    """The query that a bare address of the list stands for, where somebody has chosen one. A shared view that
    its owner keeps to themselves again is no longer anybody else's.
    """
    return setup_of(listing, actor).opens


# --- writes ---


def _kept(listing: Listing[Any], actor: Actor) -> ListSetup:
    row = db.session.scalar(select(ListSetup).where(*_own(listing, actor)).with_for_update())
    if row is None:
        assert actor.user_id is not None
        row = ListSetup(user_id=actor.user_id, list=listing.kind, columns=None, is_compact=False)
        db.session.add(row)
        db.session.flush()
    return row


def choose_columns(
    listing: Listing[Any], actor: Actor, keys: Sequence[str] | None, *, is_compact: bool
) -> None:
    """Keeps which columns are shown in which order, None for the declared ones, and how tall rows are."""
    row = _kept(listing, actor)
    row.columns, row.is_compact = None if keys is None else list(keys), is_compact


def open_with(listing: Listing[Any], actor: Actor, view: ListView | None) -> None:
    """From now on a bare address shows this view; None: the whole list."""
    row = _kept(listing, actor)
    row.view_id = None if view is None else view.id


def keep_view(listing: Listing[Any], actor: Actor, query: str, name: str, *, is_shared: bool) -> ListView:
    """Keeps a list under its conditions. Raises RuleBroken when it is kept already, or too much is."""
    assert actor.user_id is not None
    own = [view for view in views_of(listing, actor) if view.user_id == actor.user_id]
    _require_new_name(own, name)
    if twin := next((view for view in own if view.query == query), None):
        raise RuleBroken({"name": f"这些条件已经存为视图「{twin.name}」"})
    if len(own) >= MOST_VIEWS:
        raise RuleBroken({"name": f"一个列表最多存 {MOST_VIEWS} 个视图，请先删除不用的"})
    if len(query) > LONGEST_QUERY:
        raise RuleBroken({"name": "条件写得太长，存不下。请缩短名称里的字再存"})
    row = ListView(
        user_id=actor.user_id,
        owner_name=actor.name,
        list=listing.kind,
        name=name,
        query=query,
        is_shared=is_shared,
    )
    db.session.add(row)
    db.session.flush()
    return row


def change_view(listing: Listing[Any], actor: Actor, row: ListView, name: str, *, is_shared: bool) -> None:
    """Another name, shared or not. The last word of its one owner holds: no version is asked for."""
    others = [
        view for view in views_of(listing, actor) if view.user_id == actor.user_id and view.id != row.id
    ]
    _require_new_name(others, name)
    row.name, row.is_shared = name, is_shared


def _require_new_name(own: Sequence[ListView], name: str) -> None:
    if any(view.name == name for view in own):
        raise RuleBroken({"name": f"已经有一个视图叫「{name}」，请换个名称"})


def remove_view(row: ListView) -> None:
    """Deletes it; for whom it was what a list opens with, the list opens as a whole again."""
    db.session.execute(update(ListSetup).where(ListSetup.view_id == row.id).values(view_id=None))
    db.session.delete(row)
