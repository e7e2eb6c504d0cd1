"""The result page and the type-ahead under the search box."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from app.core.auth import Actor, require_actor
from app.core.pages import Page, read_text, url_with
from app.core.permissions import SIGNED_IN, requires
from app.core.registries import BESIDE_RESULTS
from app.core.searching import Source, marking
from app.finder.address import LONGEST, chips, chips_of, link_of, read_asked
from app.finder.enums import FoundBy, SortedBy
from app.finder.queries import PAGE, Asked, Hit, Results, search, sources_for, understood
from app.finder.queries import suggest as find_suggestions

bp = Blueprint("finder", __name__)
# Kept by the form of numbers beside the results.
_TYPED = frozenset({"amount_from", "amount_below", "from", "to", "page"})


class ResultPage(Page[Hit]):
    """Pages end where the index does."""

    @property
    def has_next(self) -> bool:
        return self.number < self.pages


@bp.get("/search")
@requires(SIGNED_IN)
def results() -> str:
    """搜索结果."""
    actor = require_actor()
    sources = sources_for(actor)
    asked = read_asked(sources)
    found = search(asked, actor)
    meant = understood(asked, actor)
    return render_template(
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
        degraded=found.found_by is FoundBy.DATABASE,
        highlight=marking(),
        **_beside(asked, found, actor),
    )


def _beside(asked: Asked, found: Results, actor: Actor) -> dict[str, Any]:
    """What higher features show on this page."""
    answers = [answer(asked, found, actor) for answer in BESIDE_RESULTS.values()]
    return {name: value for values in answers for name, value in values.items()}


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
def suggest() -> str:
    """联想：分组，最多十条."""
    text = read_text("q", LONGEST)
    groups, found_by = find_suggestions(text, require_actor())
    return render_template(
        "finder/suggest.html",
        text=text,
        groups=groups,
        degraded=found_by is FoundBy.DATABASE,
        highlight=marking(),
    )
