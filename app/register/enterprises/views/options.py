"""What stands under a company field of another form."""

from flask import render_template, request

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SUGGESTIONS
from app.core.web import pages
from app.core.web.budgets import costs
from app.register.accounts.enums import Permission as P
from app.register.enterprises import picking, queries
from app.register.enterprises.forms import CompanyField
from app.register.enterprises.models import Enterprise
from app.register.enterprises.views.blueprint import bp
from app.register.reference.queries import division_names


@bp.get("/enterprises/options")
@requires(P.ENTERPRISES_READ)
@costs(SUGGESTIONS)
def options() -> str:
    """Rows under a company field of another form; with `?register=1` also the one that registers what was
    typed, unless a company is called so.
    """
    typed = pages.read_text("q")
    rows = queries.find_enterprises(typed)
    may_register = pages.read_flag("register", "登记新企业") and require_actor().may(P.ENTERPRISES_WRITE)
    is_known = any(row.name == typed for row in rows)
    places = division_names([row.region_code for row in rows])
    items = [{"id": row.public_id, "text": row.name, "note": _option_note(row, places)} for row in rows]
    new_name = typed if may_register and not is_known else ""
    return render_template("enterprises/options.html", items=items, new_name=new_name)


@bp.get("/enterprises/unknown")
@requires(P.ENTERPRISES_READ)
def unknown() -> str:
    """What stands under a company field once a name was picked: what is like a new one."""
    form = CompanyField(request.args)
    return render_template("enterprises/unknown.html", offer=picking.offer_for(form))


def _option_note(row: Enterprise, places: dict[str, str]) -> str:
    """Place and end of the credit code: by these companies of one name are told apart."""
    code = f"信用代码尾号 {row.credit_code[-6:]}" if row.credit_code else ""
    return "　".join(filter(None, [places.get(row.region_code or ""), code]))
