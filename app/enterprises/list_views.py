"""The list of companies, and what may be done to many. It shares the blueprint of `views`."""

from typing import Any

from app.accounts.enums import Permission
from app.core.records.acts import Act
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.enterprises import services
from app.enterprises.forms import ReasonForm
from app.enterprises.listing import ENTERPRISES
from app.enterprises.queries import get_enterprise
from app.enterprises.views import bp
from app.tags.views import on_many

__all__ = ["bp"]


def _archive(public_id: str, form: Any) -> None:
    row = get_enterprise(public_id)
    services.archive_enterprise(row, row.version, form.reason.data)


serve(bp, ENTERPRISES, "enterprises/index.html")
serve_acts(
    bp,
    ENTERPRISES,
    on_many("enterprise", Permission.ENTERPRISES_WRITE),
    Act(name="archive", verb="归档", right=Permission.ENTERPRISES_ARCHIVE, form=ReasonForm, on=_archive),
)
