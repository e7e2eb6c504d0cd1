"""The list of visits, and what may be done to many. It shares the blueprint of `views`."""

from typing import Any

from app.core.records.acts import Act
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.promotion.visits import services
from app.promotion.visits.forms import ReasonForm
from app.promotion.visits.listing import VISITS
from app.promotion.visits.queries import get_visit
from app.promotion.visits.views import bp
from app.register.accounts.enums import Permission
from app.register.tags.views import on_many

__all__ = ["bp"]


def _archive(public_id: str, form: Any) -> None:
    visit = get_visit(public_id)
    services.archive_visit(visit, visit.version, form.reason.data)


serve(bp, VISITS, "visits/index.html")
serve_acts(
    bp,
    VISITS,
    on_many("visit", Permission.VISITS_WRITE),
    Act(name="archive", verb="归档", right=Permission.VISITS_WRITE, form=ReasonForm, on=_archive),
)
