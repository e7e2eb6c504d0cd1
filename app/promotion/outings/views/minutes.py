"""The minutes of an outing."""

from flask import render_template

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web import pages
from app.promotion.outings import services
from app.promotion.outings.forms import MinutesForm
from app.promotion.outings.models import Outing
from app.promotion.outings.views.blueprint import Answer, bp, for_change, page_of
from app.register.accounts.enums import Permission as P


def _page(outing: Outing, form: MinutesForm, status: int = 200) -> Answer:
    return render_template("outings/minutes.html", outing=outing, form=form.ready()), status


@bp.get("/outings/<public_id>/minutes")
@requires(P.OUTINGS_WRITE)
def minutes(public_id: str) -> Answer:
    """写外出和来访的纪要."""
    outing = for_change(public_id)
    return _page(outing, MinutesForm(formdata=None, obj=outing))


@bp.post("/outings/<public_id>/minutes")
@requires(P.OUTINGS_WRITE)
def save_minutes(public_id: str) -> Answer:
    """写外出和来访的纪要：保存."""
    outing = for_change(public_id)
    form = MinutesForm()

    def act() -> None:
        services.write_minutes(outing, form.seen, form.minutes.data or "")

    if not saved(form, act, lambda: MinutesForm(formdata=None, obj=outing)):
        return _page(outing, form, 422)
    return pages.done(page_of(outing, "minutes"), "已保存")
