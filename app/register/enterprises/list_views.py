"""The list of companies, and what may be done to many. It shares the blueprint of `views`."""

from typing import Any

from app.core.records.acts import Act
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.register.accounts.enums import Permission
from app.register.enterprises import services
from app.register.enterprises.forms import ReasonForm
from app.register.enterprises.listing import ENTERPRISES
from app.register.enterprises.queries import get_enterprise
from app.register.enterprises.views import bp
from app.register.tags.views import on_many

__all__ = ["bp"]


def _archive(public_id: str, form: Any) -> None:
    row = get_enterprise(public_id)
    services.archive_enterprise(row, row.version, form.reason.data)


serve(bp, ENTERPRISES, "enterprises/index.html")
serve_acts(
    bp,
    ENTERPRISES,
    on_many("enterprise", Permission.ENTERPRISES_WRITE),
    Act(
        name="archive",
        verb="归档",
        right=Permission.ENTERPRISES_ARCHIVE,
        form=ReasonForm,
        on=_archive,
        hint="归档后企业库和选企业的地方不再显示，在它们页面上可以逐家恢复。挂在企业上的线索、待办照常推进，要停的请先处理。",
    ),
)
