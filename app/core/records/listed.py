"""A declared list as a page and on paper: the URL read, chips, tabs with counts, cells."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import render_template, request, url_for

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import called_views
from app.core.records import cells, setups
from app.core.records.acts import MOST, acts_for
from app.core.records.columns import ListColumn
from app.core.records.listing import ListAsked, Listing, Totals
from app.core.web import pages, sheets


def read_asked(listing: Listing[Any]) -> ListAsked:
    """What the URL asks of a list. Raises RuleBroken with the parameter that cannot be understood."""
    values = {one.name: value for one in listing.filters if (value := one.read()) is not None}
    views = {name: view.label for name, view in listing.views.items()}
    view = pages.read_choice("view", "视图", views.items()) or listing.opens(require_actor())
    if not listing.states:
        return ListAsked(values, view)
    states = {name: state.label for name, state in listing.states.items()}
    return ListAsked(values, view, pages.read_state(states, narrowed=_is_narrowed(listing, values)))


def _is_narrowed(listing: Listing[Any], values: Mapping[str, Any]) -> bool:
    """Whether something is asked for that says more than a state."""
    return any(one.says_more and one.name in values for one in listing.filters)


def show(listing: Listing[Any], template: str, **more: Any) -> str:
    """The page of a list; `template` extends layouts/listing.html."""
    actor, asked = require_actor(), read_asked(listing)
    sort = pages.read_sort(listing.sorts, listing.sorted_by)
    totals = listing.totals(asked, actor)
    number = pages.read_page_number()
    page = listing.page(asked, actor, sort=sort, number=number, found=totals.tabs.shown)
    setup = setups.setup_of(listing, actor)
    columns = setups.arranged(listing, setup, asked.values, on_paper=False)
    views = _views(listing, actor)
    if setup.view_id is not None:
        pages.spell_out({"view": listing.opens(actor)})
    return render_template(
        template,
        listing=listing,
        size="compact" if setup.is_compact else listing.size,
        views=views,
        may_keep_view=not any(view["active"] for view in views),
        asked=asked,
        page=page,
        among=pages.query_again("page"),
        columns=columns,
        rows=cells.on_page(columns, listing.shown(page.rows)),
        sort=sort,
        fields=fields(listing, asked),
        chips=chips(listing, asked),
        tabs=tabs(listing, asked, totals, actor),
        states=_states(listing, asked, totals),
        counted=counted(listing, asked, actor),
        summed=_summed(listing, columns, totals, counted(listing, asked, actor)),
        kept=kept(),
        may_take=actor.may(listing.takes),
        acts=acts_for(listing, actor, archived="archived" in asked.values),
        most_at_once=MOST,
        **more,
    )


def canonical() -> str:
    """What is asked for as a query in one order, so that the same conditions are the same text."""
    return urlencode(sorted(parse_qsl(pages.query_again("page"))))


def _views(listing: Listing[Any], actor: Actor) -> list[dict[str, Any]]:
    """The views that somebody may choose from, each with its address."""
    shown = canonical()
    return [
        {
            "name": view.name,
            "url": f"{url_for(listing.endpoint)}?{view.query}",
            "active": view.query == shown,
            "by": view.owner_name if view.user_id != actor.user_id else "",
        }
        for view in setups.views_of(listing, actor)
    ]


def kept(*but: str) -> dict[str, str]:
    """What the query form carries along: the tabs that are chosen."""
    return {
        name: request.args[name] for name in ("state", "view") if request.args.get(name) and name not in but
    }


def print_all(listing: Listing[Any]) -> str:
    """Every row of a list, on paper."""
    actor, asked = require_actor(), read_asked(listing)
    sort = pages.read_sort(listing.sorts, listing.sorted_by)
    totals = listing.totals(asked, actor)
    page = listing.page(asked, actor, sort=sort, size=sheets.MOST, found=totals.tabs.shown)
    page = replace(page, rows=listing.shown(page.rows))
    columns = columns_on_paper(listing, asked, actor)
    sheet = sheets.Sheet(
        listing.title,
        listing.kind,
        listing.endpoint,
        [sheets.Heading(one.label, one.unit, one.is_number, bool(one.kind)) for one in columns],
        in_words(listing, asked, actor),
        _sum_on_paper(listing, totals),
    )
    return sheets.printed(sheet, page, lambda row: [_on_paper(one, row) for one in columns])


def chips(listing: Listing[Any], asked: ListAsked) -> list[dict[str, str]]:
    """Each condition with the address of the list without it."""
    return [
        {
            "label": one.label,
            "value": one.words(asked.values[one.name]),
            "remove_url": pages.url_with(**{one.name: None}, page=None),
        }
        for one in listing.filters
        if one.name in asked.values
    ]


def counted(listing: Listing[Any], asked: ListAsked, actor: Actor) -> str:
    """What the rows of a list are: 推进中，我的; of chosen stages the conditions above it say the rest."""
    view = _called(listing, actor)[asked.view] if asked.view != "all" else ""
    if not listing.states:
        return view
    chosen = asked.state == "all" and _is_narrowed(listing, asked.values)
    state = "符合条件" if chosen else listing.states[asked.state].label
    return f"{state}，{view}" if view else state


def in_words(listing: Listing[Any], asked: ListAsked, actor: Actor) -> str:
    """All that a list is narrowed to, in one line."""
    chosen = "；".join(f"{chip['label']} {chip['value']}" for chip in chips(listing, asked))
    return "，".join(filter(None, (counted(listing, asked, actor), chosen))) or "全部"


def _called(listing: Listing[Any], actor: Actor) -> dict[str, str]:
    return called_views({name: view.label for name, view in listing.views.items()}, actor)


def fields(listing: Listing[Any], asked: ListAsked, *but: str) -> list[dict[str, Any]]:
    """The query form, save some filters."""
    return [_field(one, asked) for one in listing.filters if one.name not in but]


def _field(one: Any, asked: ListAsked) -> dict[str, Any]:
    value = asked.values.get(one.name)
    return {
        "kind": one.field,
        "name": one.name,
        "label": one.label,
        "folded": one.folded,
        "value": one.typed(value),
        "choices": one.choices(value),
        "empty": one.empty,
        "hint": getattr(one, "hint", ""),
        "picks": getattr(one, "picks", ""),
    }


def tabs(listing: Listing[Any], asked: ListAsked, totals: Totals, actor: Actor) -> list[dict[str, Any]]:
    first = listing.opens(actor)
    return [
        {
            "label": label,
            "url": pages.url_with(view=None if key == first else key, page=None),
            "count": totals.tabs.views[key],
            "active": asked.view == key,
            "alert": listing.views[key].alarms and bool(totals.tabs.views[key]),
        }
        for key, label in _called(listing, actor).items()
    ]


def _states(listing: Listing[Any], asked: ListAsked, totals: Totals) -> list[dict[str, Any]]:
    return [
        {
            "label": state.label,
            "url": pages.url_with(state=key, page=None),
            "count": totals.tabs.states[key],
            "active": asked.state == key,
        }
        for key, state in listing.states.items()
    ]


def columns_on_paper(listing: Listing[Any], asked: ListAsked, actor: Actor) -> list[ListColumn]:
    """The columns of a print or a file for somebody."""
    return setups.arranged(listing, setups.setup_of(listing, actor), asked.values, on_paper=True)


def _on_paper(column: ListColumn, row: Any) -> str:
    said = column.paper(row) if column.paper else cells.cell_of(column, row)
    return str(said or "") or column.unknown


def _summed(
    listing: Listing[Any], columns: Sequence[ListColumn], totals: Totals, words: str
) -> list[str | dict[str, Any]]:
    """The totals row, cell by cell: what is counted, how many, the sum under its column."""
    if listing.sum is None:
        return []
    if totals.amount is None:
        amount, basis = "未合计", "超过一万条不合计，先选条件缩小范围"
    else:
        amount, basis = listing.sum.shown(totals.amount), f"{listing.sum.words}，本人可见"
    count, name = f"{totals.tabs.shown} {listing.counter}", f"合计：{words}"
    keys = [column.key for column in columns]
    if listing.sum.key not in keys:
        return [f"{name} {count}", *_spanning(f"{amount} {basis}", len(keys) - 1)]
    place = keys.index(listing.sum.key)
    before, after = _spanning(count, place - 1), _spanning(basis, len(keys) - place - 1)
    return [name if before else f"{name} {count}", *before, {"value": amount}, *after]


def _spanning(words: str, columns: int) -> list[dict[str, Any]]:
    return [{"value": words, "span": columns, "num": False}] if columns else []


def _sum_on_paper(listing: Listing[Any], totals: Totals) -> str:
    if listing.sum is None or totals.amount is None:
        return ""
    return f"合计 {listing.sum.shown(totals.amount)} {listing.sum.words}"
