"""Rows of the ledger, taken back by who has entered them or corrected."""

from app.core.access.permissions import requires
from app.core.values.errors import NotFound
from app.core.web import pages
from app.promotion.targets import policy, queries, services, showing
from app.promotion.targets.forms import CorrectTargetForm
from app.promotion.targets.models import TargetEnterprise, TargetEntry
from app.promotion.targets.views.blueprint import Answer, bp, page_of
from app.promotion.targets.views.changing import for_change, form_page
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import names_of


def _entry_at(target: TargetEnterprise, place: int) -> TargetEntry:
    entries = queries.entries_of(target)
    if not 1 <= place <= len(entries):
        raise NotFound
    return entries[len(entries) - place]


@bp.post("/targets/<public_id>/ledger/<int:place>/take-back")
@requires(P.TARGETS_WRITE)
def take_back(public_id: str, place: int) -> Answer:
    """撤销: what the one who acts has just entered never counted."""
    target = for_change(public_id)
    services.take_back(target, _entry_at(target, place).id)
    return pages.done(page_of(target), "已撤销，台账里仍看得到")


def _correct_page(target: TargetEnterprise, place: int, form: CorrectTargetForm, status: int = 200) -> Answer:
    entries = queries.entries_of(target)
    owners = names_of(entry.owner_id for entry in entries)
    row = next((row for row in showing.ledger(entries, owners, True) if row["place"] == place), None)
    if row is None:
        raise NotFound
    intro = f"第 {place} 行：{row['words']}，{row['effective_on']}。更正以后不再计数，台账里仍能看到"
    return form_page(target, form, "更正台账", status, intro=intro, verb="更正")


@bp.get("/targets/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def correct(public_id: str, place: int) -> Answer:
    """更正台账的一行."""
    target = for_change(public_id, policy.may_correct)
    return _correct_page(target, place, CorrectTargetForm(formdata=None, version=target.version))


@bp.post("/targets/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def save_correction(public_id: str, place: int) -> Answer:
    """更正台账的一行：保存."""
    target, form = for_change(public_id, policy.may_correct), CorrectTargetForm()
    entry_id = _entry_at(target, place).id

    def act() -> None:
        services.correct_entry(target, entry_id, form.reason.data, version=form.seen)

    if not pages.took(form, act):
        return _correct_page(target, place, form, 422)
    return pages.done(page_of(target, "ledger"), "已更正")
