"""What the page of a step lies below."""

from collections.abc import Sequence

from flask import url_for

from app.core.access.auth import require_actor
from app.core.storage.subjects import lines_of
from app.core.values.registries import RelatedRow
from app.promotion.steps.models import Step
from app.promotion.steps.views.blueprint import bp
from app.register.enterprises.models import Enterprise


@bp.app_template_global()
def stands_on(step: Step) -> RelatedRow:
    """What the page of a step lies below: its company; where it is about none its record, as far as whoever
    is signed in sees that; else the list.
    """
    return where_they_stand([step])[step.id]


@bp.app_template_global()
def where_they_stand(steps: Sequence[Step]) -> dict[int, RelatedRow]:
    """The same for many, by inner id."""
    alone = [step.about for step in steps if step.enterprise is None]
    lines = lines_of(alone, require_actor()) if alone else {}
    return {
        step.id: _company_line(step.enterprise) or lines.get(step.about) or _list_line() for step in steps
    }


def _company_line(company: Enterprise | None) -> RelatedRow | None:
    if company is None:
        return None
    return RelatedRow(company.name, url_for("enterprises.detail", public_id=company.public_id))


def _list_line() -> RelatedRow:
    return RelatedRow("待办", url_for("steps.index"))
