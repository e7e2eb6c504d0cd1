"""What was signed at an event."""

from flask import render_template

from app.core.access.permissions import requires
from app.core.web import pages
from app.core.web.forms import VersionedForm
from app.core.web.idempotency import once
from app.promotion.gatherings import queries, services
from app.promotion.gatherings.enums import SigningKind
from app.promotion.gatherings.forms import SigningForm
from app.promotion.gatherings.models import Gathering
from app.promotion.gatherings.views.blueprint import Answer, bp, for_change, page_of
from app.register.accounts.enums import Permission as P


def _page(form: SigningForm, gathering: Gathering, status: int = 200) -> Answer:
    return render_template("gatherings/signing.html", form=form.ready(), gathering=gathering), status


@bp.get("/gatherings/<public_id>/signings/new")
@requires(P.GATHERINGS_WRITE)
def new_signing(public_id: str) -> Answer:
    """登记签约项目."""
    return _page(SigningForm(formdata=None), for_change(public_id))


@bp.post("/gatherings/<public_id>/signings/new")
@requires(P.GATHERINGS_WRITE)
@once
def create_signing(public_id: str) -> Answer:
    """登记签约项目：保存."""
    gathering, form = for_change(public_id), SigningForm()

    def act() -> None:
        data = services.SigningData(
            kind=SigningKind(form.kind.data),
            company=form.company.data,
            project=form.project.data,
            amount=form.amount.reading.yuan if form.amount.data else None,
            lead_number=form.lead_number.data or "",
        )
        services.add_signing(gathering, data)

    if not pages.took(form, act):
        return _page(form, gathering, 422)
    return pages.done(page_of(gathering, "signed"), "已登记")


@bp.post("/gatherings/signings/<public_id>/remove")
@requires(P.GATHERINGS_WRITE)
def remove_signing(public_id: str) -> Answer:
    """去掉登记错的签约项目."""
    row, form = queries.get_signing(public_id), VersionedForm()
    gathering = row.gathering
    pages.refusal_leads_to(page_of(gathering))
    services.remove_signing(row, form.seen)
    return pages.done(page_of(gathering, "signed"), "已去掉")
