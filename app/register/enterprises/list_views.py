"""The list of companies, and what may be done to many. It shares the blueprint of `views`."""

from typing import Any

from app.core.records.archiving import archive_many, restore_many
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.register.accounts.enums import Permission
from app.register.enterprises import services
from app.register.enterprises.listing import ENTERPRISES
from app.register.enterprises.queries import get_enterprise
from app.register.enterprises.views import bp
from app.register.tags.views import on_many

__all__ = ["bp"]


def _archive(public_id: str, form: Any) -> None:
    row = get_enterprise(public_id)
    services.archive_enterprise(row, row.version, form.reason.data)


def _restore(public_id: str, _form: Any) -> None:
    row = get_enterprise(public_id)
    services.restore_enterprise(row, row.version, check_duplicates=True)


serve(bp, ENTERPRISES, "enterprises/index.html")
serve_acts(
    bp,
    ENTERPRISES,
    on_many("enterprise", Permission.ENTERPRISES_WRITE),
    archive_many(
        Permission.ENTERPRISES_ARCHIVE,
        _archive,
        hint="归档后企业库和选企业的地方不再显示，可以随时恢复。挂在企业上的线索、待办照常推进，要停的请先处理。",
    ),
    restore_many(Permission.ENTERPRISES_ARCHIVE, _restore),
)
