"""The result page and the type-ahead under the search box."""

from flask import Blueprint, render_template

from app.core.auth import require_actor
from app.core.pages import read_choice, read_int, read_text, url_with
from app.core.permissions import SIGNED_IN, requires
from app.core.searching import highlight, snippet
from app.finder.enums import FoundBy
from app.finder.queries import DEEPEST, PAGE, search, sources_for
from app.finder.queries import suggest as find_suggestions

bp = Blueprint("finder", __name__)
LONGEST = 200


@bp.get("/search")
@requires(SIGNED_IN)
def results() -> str:
    """搜索结果."""
    actor = require_actor()
    text = read_text("q", LONGEST)
    number = read_int("page", "页码", least=1, most=DEEPEST // PAGE) or 1
    sources = sources_for(actor)
    kind = read_choice("kind", "种类", [(source.kind, source.label) for source in sources])
    found = search(text, actor, kind, number)
    views = [
        {
            "label": "全部",
            "url": url_with(kind=None, page=None),
            "count": sum(found.counts.values()),
            "active": kind not in found.counts,
        },
        *(
            {
                "label": source.label,
                "url": url_with(kind=source.kind, page=None),
                "count": found.counts.get(source.kind, 0),
                "active": kind == source.kind,
            }
            for source in sources
        ),
    ]
    return render_template(
        "finder/results.html",
        text=text,
        search_text=text,
        found=found,
        views=views,
        number=number,
        pages=max(1, -(-found.total // PAGE)),
        degraded=found.found_by is FoundBy.DATABASE,
        highlight=highlight,
        snippet=snippet,
    )


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
        highlight=highlight,
    )
