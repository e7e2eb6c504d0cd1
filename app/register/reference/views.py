"""Suggestions of the industry and place pickers."""

from flask import Blueprint, render_template

from app.core.access.permissions import SIGNED_IN, requires
from app.core.index.searching import SUGGESTIONS
from app.core.web.budgets import costs
from app.core.web.pages import read_text
from app.register.reference.queries import find_divisions, find_industries

bp = Blueprint("reference", __name__)


@bp.get("/reference/industries")
@requires(SIGNED_IN)
@costs(SUGGESTIONS)
def industries() -> str:
    """Rows under the industry field."""
    items = [
        {"id": row.code, "text": f"{row.name} {row.code}", "note": None}
        for row in find_industries(read_text("q"))
    ]
    return render_template("reference/options.html", items=items)


@bp.get("/reference/divisions")
@requires(SIGNED_IN)
@costs(SUGGESTIONS)
def divisions() -> str:
    """Rows under the place field."""
    items = [
        {"id": row.code, "text": row.full_name, "note": row.code} for row in find_divisions(read_text("q"))
    ]
    return render_template("reference/options.html", items=items)
