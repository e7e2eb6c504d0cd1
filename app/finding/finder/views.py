"""The result page and the type-ahead under the search box."""

import re
from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.index.searching import SEARCHES, SUGGESTIONS, Source, marking
from app.core.values.errors import RuleBroken
from app.core.values.registries import BESIDE_RESULTS
from app.core.web.budgets import asks, costs
from app.core.web.pages import Page, read_text, url_with
from app.finding.finder.address import LONGEST, WRITTEN_BOUNDS, chips, chips_of, link_of, read_asked
from app.finding.finder.enums import Condition, FoundBy, SortedBy
from app.finding.finder.queries import (
    DEEPEST,
    PAGE,
    Asked,
    Results,
    ShownHit,
    lag_in_words,
    search,
    sources_for,
    understood,
)
from app.finding.finder.queries import suggest as find_suggestions
from app.finding.finder.understanding import Understood

bp = Blueprint("finder", __name__)
# Digits by which people look for a caller: the end of a number, or all of it.
_NUMBER = re.compile(r"[\d\s+-]{4,20}")
# Kept by the form of numbers beside the results.
_TYPED = frozenset({"amount_from", "amount_below", "from", "to", "page"})


class ResultPage(Page[ShownHit]):
    """Pages end where the index does."""

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


@bp.get("/search")
@requires(SIGNED_IN)
@costs(SEARCHES, when=asks())
def results() -> tuple[str, HTTPStatus]:
    """搜索结果. An amount or a day that cannot be read is told beside its field; the rest is answered."""
    actor = require_actor()
    sources = sources_for(actor)
    asked, refused = _read(sources)
    found = search(asked, actor)
    meant = understood(asked, actor)
    beside = [answer(asked, found, actor) for answer in BESIDE_RESULTS.values()]
    page = render_template(
        "finder/results.html",
        text=asked.text,
        search_text=asked.text,
        asked=asked,
        found=found,
        views=_tabs(asked, found, sources),
        sorts=_sorts(asked),
        page=ResultPage(found.hits, asked.page, found.total, found.capped, PAGE),
        chips=chips(asked.narrowed),
        understood_chips=chips_of(meant, asked.text, meant.parts),
        link_of=link_of,
        kept=[pair for pair in request.args.items(multi=True) if pair[0] not in _TYPED],
        clear_url=url_for("finder.results", q=asked.text or None),
        raw_url=url_with(raw=1, page=None),
        meant_url=url_with(raw=None, page=None),
        by_activity=_is_by_activity(asked, meant),
        deepest=DEEPEST,
        degraded=found.found_by is FoundBy.DATABASE,
        lag=lag_in_words(found.found_by) if asked.text or asked.narrowed else "",
        highlight=marking(),
        parts=[part for one in beside for part in one.parts],
        fresh_keys=frozenset().union(*(one.fresh for one in beside)),
        refused=refused,
        is_number=_NUMBER.fullmatch(asked.text) is not None,
    )
    return page, HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK


def _is_by_activity(asked: Asked, meant: Understood) -> bool:
    """Whether the day of the last activity decides what is shown, or in what order."""
    days = {*asked.narrowed.bounds, *(part.condition for part in meant.parts)}
    return asked.sorted_by is SortedBy.RECENT or Condition.DAY in days


def _read(sources: list[Source]) -> tuple[Asked, dict[str, str]]:
    """What is asked, and what of it is refused beside its field."""
    try:
        return read_asked(sources), {}
    except RuleBroken as broken:
        if not WRITTEN_BOUNDS.issuperset(broken.problems):
            raise
        return read_asked(sources, bounds=False), broken.problems


def _tabs(asked: Asked, found: Results, sources: list[Source]) -> list[dict[str, Any]]:
    kinds = [("", "全部"), *((source.kind, source.label) for source in sources)]
    return [
        {
            "label": label,
            "url": url_with(kind=kind or None, page=None),
            "count": found.counts.get(kind, 0) if kind else sum(found.counts.values()),
            "active": kind == asked.kind,
        }
        for kind, label in kinds
    ]


def _sorts(asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "label": order.label,
            "url": url_with(sort=None if order is SortedBy.RELEVANCE else order.value, page=None),
            "active": order is asked.sorted_by,
        }
        for order in SortedBy
    ]


@bp.get("/search/suggest")
@requires(SIGNED_IN)
@costs(SUGGESTIONS)
def suggest() -> str:
    """联想：分组，最多十条."""
    text = read_text("q", LONGEST)
    groups, found_by = find_suggestions(text, require_actor())
    return render_template(
        "finder/suggest.html",
        text=text,
        groups=groups,
        degraded=found_by is FoundBy.DATABASE,
        lag=lag_in_words(found_by) if text else "",
        highlight=marking(),
    )
