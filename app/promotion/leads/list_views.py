"""The list of leads, and what may be done to many. It shares the blueprint of `views`."""

from typing import Any

from app.core.records.acts import Act
from app.core.records.archiving import archive_many, restore_many
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.core.values.clock import today
from app.promotion.leads import policy, queries, services
from app.promotion.leads.enums import PATH, LeadStage, StepsThen
from app.promotion.leads.forms import ArchiveLeadForm, AssignForm, MoveManyForm
from app.promotion.leads.listing import LEADS
from app.promotion.leads.views import assign_as_asked, bp, for_change, offered_for_assigning, segments
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission
from app.register.tags.views import on_many

P = Permission
_BY_MANY = PATH[1:-1]  # what is registered is a lead already, and each signing has a contract of its own
__all__ = ["bp"]


def _assign_form(**given: Any) -> AssignForm:
    form = AssignForm(**{"effective_on": today(), **given})
    return offered_for_assigning(form, accounts.people_to_choose(signing_in=P.LEADS_WRITE))


def _assign(public_id: str, form: Any) -> None:
    assign_as_asked(for_change(public_id, policy.may_assign), form, version=None)


def _move_form(**given: Any) -> MoveManyForm:
    form, labels = MoveManyForm(**{"effective_on": today(), **given}), queries.stage_labels()
    form.offer([(stage.value, labels[stage]) for stage in _BY_MANY])
    return form


def _move(public_id: str, form: Any) -> None:
    to, reason, evidence = LeadStage(form.to.data), form.reason.data or "", form.evidence.data or ""
    services.advance_stage(for_change(public_id), to, form.effective_on.data, reason, evidence)


def _archive(public_id: str, form: Any) -> None:
    lead = for_change(public_id, policy.may_archive)
    services.archive_lead(lead, form.reason.data, steps=StepsThen(form.steps.data))


def _restore(public_id: str, _form: Any) -> None:
    services.restore_lead(queries.get_lead(public_id))


serve(bp, LEADS, "leads/index.html", beside=lambda: {"segments": segments("leads.index")})
serve_acts(
    bp,
    LEADS,
    Act(name="assign", verb="分派", right=P.LEADS_ASSIGN, form=_assign_form, on=_assign),
    Act(name="move", verb="推进", right=P.LEADS_WRITE, form=_move_form, on=_move),
    on_many("lead", P.LEADS_WRITE),
    archive_many(
        P.LEADS_WRITE,
        _archive,
        form=ArchiveLeadForm,
        hint="归档后列表和看板里不再显示，可以随时恢复；已经计入漏斗的数字不变。",
    ),
    restore_many(P.LEADS_WRITE, _restore),
)
