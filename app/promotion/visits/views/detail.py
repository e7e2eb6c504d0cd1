"""The page of one visit; it is confirmed and archived there."""

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, serve_archiving
from app.core.web.pages import done
from app.promotion.leads.queries import may_see_lead
from app.promotion.visits import policy, queries, services
from app.promotion.visits.views.blueprint import Page, bp, visit_for_change
from app.register.accounts.enums import Permission as P


@bp.get("/visits/<public_id>")
@requires(P.VISITS_READ)
def detail(public_id: str) -> str:
    """一次走访."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    """The page of a visit; with the form of its archiving as it was refused."""
    actor = require_actor()
    visit = queries.get_visit(public_id, actor)
    return render_template(
        "visits/detail.html",
        visit=visit,
        steps=queries.steps_of([visit.id]).get(visit.id, []),
        may_change=policy.may_change(actor, visit),
        may_confirm=policy.may_confirm(actor, visit),
        is_of_today=policy.is_of_today(visit),
        sees_lead=visit.lead_id is not None and may_see_lead(actor, visit.lead_id),
        may_restore=policy.may_restore(actor, visit),
        archiving=archiving or ArchiveForm(formdata=None, version=visit.version),
    )


@bp.post("/visits/<public_id>/confirm")
@requires(P.VISITS_WRITE)
def confirm(public_id: str) -> Page:
    """确认有这次走访."""
    visit = visit_for_change(public_id)
    services.confirm_visit(visit)
    return done(url_for("visits.detail", public_id=public_id), "已确认")


serve_archiving(bp, services.ARCHIVING, _detail_page)
