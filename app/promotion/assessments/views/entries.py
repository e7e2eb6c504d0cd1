"""Numbers that are entered by hand: those of a period, a new one, the confirming of one."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.promotion.assessments import policy, queries, services
from app.promotion.assessments.enums import EntryState
from app.promotion.assessments.forms import EntryForm
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.rules import AssessedSpan, ScoreItem, shown_quantity
from app.promotion.assessments.services import EntryData
from app.promotion.assessments.views.blueprint import Answer, asked_span, bp, here
from app.register.accounts.enums import Permission as P


def _by_hand(scheme: AssessmentScheme, span: AssessedSpan) -> dict[str, ScoreItem]:
    version = queries.version_for(scheme, span)
    return {row.code: row.as_scored for row in version.items if not row.measure} if version else {}


def _form(scheme: AssessmentScheme, span: AssessedSpan, **values: object) -> EntryForm:
    form = EntryForm(**values)
    items = [(code, item.name) for code, item in _by_hand(scheme, span).items()]
    form.offer(
        items, [(group.public_id, group.name) for group in queries.groups_of(scheme.by, span).values()]
    )
    return form


def _page(form: EntryForm, scheme: AssessmentScheme, span: AssessedSpan, status: int = 200) -> Answer:
    actor = require_actor()
    page = render_template(
        "assessments/entries.html",
        form=form.ready(),
        scheme=scheme,
        span=span,
        entries=queries.entries_of(scheme, span),
        items={row.code: row.as_scored for version in scheme.versions for row in version.items},
        groups=queries.groups_of(scheme.by, span),
        is_closed=span.first in queries.closings_of(scheme),
        may_enter=policy.may_enter(actor),
        my_id=actor.person_id,
        waits=EntryState.WAITING,
        shown_quantity=shown_quantity,
        here=here(),
    )
    return page, status


@bp.get("/assessments/<public_id>/entries")
@requires(P.ASSESSMENTS_WRITE)
def entries(public_id: str) -> Answer:
    """人工填的数."""
    scheme = queries.get_scheme(public_id)
    span = asked_span(scheme)
    return _page(_form(scheme, span, formdata=None), scheme, span)


@bp.post("/assessments/<public_id>/entries")
@requires(P.ASSESSMENTS_WRITE)
@once
def enter(public_id: str) -> Answer:
    """人工填数：保存."""
    scheme = queries.get_scheme(public_id)
    span = asked_span(scheme)
    form = _form(scheme, span)

    def act() -> None:
        item = _by_hand(scheme, span).get(form.item.data)
        if item is None:
            raise RuleBroken({"item": "没有这一项，重新选"})
        group = queries.get_group(scheme.by, form.group.data)
        quantity = form.amount(item.counting)
        services.enter(scheme, EntryData(item.code, group.id, span.first, quantity, form.why.data))

    if not pages.took(form, act):
        return _page(form, scheme, span, 422)
    return pages.done(_back(scheme, span), "已填上，另一个人复核以后计分")


def _back(scheme: AssessmentScheme, span: AssessedSpan) -> str:
    return url_for("assessments.entries", public_id=scheme.public_id, on=span.first.isoformat())


@bp.post("/assessments/entries/<public_id>/confirm")
@requires(P.ASSESSMENTS_WRITE)
def confirm(public_id: str) -> Response:
    """复核通过."""
    entry = queries.get_entry(public_id)
    back = _back(entry.scheme, entry.scheme.span(entry.first_day))
    pages.refusal_leads_to(back)
    services.confirm(entry, seen_version())
    return pages.done(back, "已复核，计入得分")


@bp.post("/assessments/entries/<public_id>/refuse")
@requires(P.ASSESSMENTS_WRITE)
def refuse(public_id: str) -> Response:
    """退回一个填的数."""
    entry = queries.get_entry(public_id)
    back = _back(entry.scheme, entry.scheme.span(entry.first_day))
    pages.refusal_leads_to(back)
    services.refuse(entry, seen_version())
    return pages.done(back, "已退回，不计分")
