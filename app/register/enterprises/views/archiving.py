"""A company is archived and comes back."""

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm
from app.core.web import pages
from app.register.accounts.enums import Permission as P
from app.register.enterprises import policy, queries, services
from app.register.enterprises.forms import RestoreForm
from app.register.enterprises.models import Enterprise
from app.register.enterprises.views.blueprint import Answer, bp, company_for_change, page_of
from app.register.enterprises.views.duplicates import as_duplicates
from app.register.enterprises.views.lines import what_hangs_on


@bp.get("/enterprises/<public_id>/archive")
@requires(P.ENTERPRISES_ARCHIVE)
def archiving(public_id: str) -> str:
    """Asks for the reason."""
    row = queries.get_enterprise(public_id)
    pages.refusal_leads_to(page_of(row))
    services.must_be_archivable(row)
    services.must_be_live(row)
    return _archive_page(row, ArchiveForm(version=row.version))


def _archive_page(row: Enterprise, form: ArchiveForm) -> str:
    refusal = policy.OTHERS_WORK if policy.others_at_work(require_actor(), row) else ""
    return render_template(
        "enterprises/archive.html", form=form, row=row, related=what_hangs_on(row), refusal=refusal
    )


@bp.post("/enterprises/<public_id>/archive")
@requires(P.ENTERPRISES_ARCHIVE)
def archive(public_id: str) -> Answer:
    """Archives a company."""
    row = company_for_change(public_id)
    form = ArchiveForm()
    if not pages.took(
        form, lambda: services.archive_enterprise(row, form.version.data, form.reason.data or "")
    ):
        return _archive_page(queries.get_enterprise(public_id), form), 422
    undo = (url_for("enterprises.restore", public_id=public_id), {"version": row.version})
    return pages.done(page_of(row), "已归档，可以随时恢复", undo=undo)


@bp.post("/enterprises/<public_id>/restore")
@requires(P.ENTERPRISES_ARCHIVE)
def restore(public_id: str) -> Answer:
    """Brings an archived company back."""
    row = company_for_change(public_id)
    form = RestoreForm()

    def bring_back() -> None:
        services.restore_enterprise(
            row,
            form.seen,
            check_duplicates=not form.not_duplicate.data,
            without_code=bool(form.without_code.data),
        )

    if pages.took(form, bring_back):
        return pages.done(page_of(row), "已恢复")
    row = queries.get_enterprise(public_id)
    suspects = queries.find_suspects(services.as_restored(row))
    page = render_template(
        "enterprises/restore.html", form=form, row=row, **as_duplicates(row.name, suspects)
    )
    return page, 422
