"""Companies that may be the same, while typing and afterwards."""

from typing import Any

from flask import render_template, url_for

from app.core.access.permissions import requires
from app.core.index.searching import SUGGESTIONS
from app.core.web import pages
from app.core.web.budgets import costs
from app.register.accounts.enums import Permission as P
from app.register.enterprises import queries
from app.register.enterprises.queries import LookedFor, Suspects
from app.register.enterprises.rules import check_credit_code
from app.register.enterprises.views.blueprint import bp, page_of
from app.register.reference.queries import division_names, read_division

NO_SUSPECTS = Suspects()


@bp.get("/enterprises/duplicates")
@requires(P.ENTERPRISES_WRITE)
@costs(SUGGESTIONS)
def duplicates() -> str:
    """While typing: companies that may be the same, and what is wrong with the code."""
    name, code = pages.read_text("name", 120), pages.read_text("credit_code", 60)
    region = read_division(pages.read_text("region", 60))
    asked = LookedFor(name, code, region.code if region else None)
    suspects = queries.find_suspects(asked) if name or code else NO_SUSPECTS
    return render_template(
        "enterprises/_duplicates.html", code=check_credit_code(code), **as_duplicates(name, suspects)
    )


def as_duplicates(name: str | None, suspects: Suspects) -> dict[str, Any]:
    """The nearest as rows of the macro, how many more there are, and where all of them are listed."""
    places = division_names([suspect.enterprise.region_code for suspect in suspects.nearest])
    rows = [
        {
            "name": suspect.enterprise.name,
            "why": suspect.words,
            "which": queries.told_apart(suspect.enterprise, places),
            "is_archived": suspect.enterprise.is_archived,
            "owner": f"{suspect.enterprise.author.name}登记" if suspect.enterprise.author else "",
            "last_contact": f"最近联系 {suspect.last_contact}" if suspect.last_contact else "还没有联系记录",
            "url": page_of(suspect.enterprise),
        }
        for suspect in suspects.nearest
    ]
    all_url = url_for("finder.results", q=name or None, kind="enterprise")
    return {"duplicates": rows, "more_duplicates": suspects.more, "all_duplicates_url": all_url}
