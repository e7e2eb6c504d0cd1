"""The home page of each role."""

from flask import Blueprint, render_template

from app.core.permissions import SIGNED_IN, requires

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(SIGNED_IN)
def index() -> str:
    """工作台."""
    return render_template("home/index.html")
