"""Forms on one lead: its fields, moves, holding, corrections. A room beside `views`.

It shares the blueprint of `views`; `feature` takes it from here, so that all routes are known.
"""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.records.path import BY_CORRECTORS, MoveKind
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values import money
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.values.labels import label_of
from app.core.web import pages
from app.core.web.forms import BaseForm, VersionedForm
from app.promotion.leads import marks, policy, projection, queries, rules, services, showing
from app.promotion.leads.enums import (
    Criterion,
    LeadSource,
    LeadStage,
    LossReason,
    StepsThen,
)
from app.promotion.leads.forms import (
    AccessForm,
    ArchiveLeadForm,
    AssessmentForm,
    AssignForm,
    ConclusionForm,
    CorrectForm,
    EditLeadForm,
    FirstTalkForm,
    MoveForm,
    RegistrationDayForm,
    SummaryForm,
    VoidForm,
)
from app.promotion.leads.models import Lead
from app.promotion.leads.views import (
    Answer,
    bp,
    gate_panel,
    named_members,
    outcome_of,
    page_of,
    people_by_public_id,
    plain_units,
    shared_numbers,
)
from app.promotion.steps.queries import all_open_about
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.models import Unit
from app.register.reference.queries import industry_names

P = Permission
__all__ = ["bp"]

# --- Forms on one lead ---------------------------------------------------------------------------


def form_page(lead: Lead, form: BaseForm, title: str, status: int = 200, **words: Any) -> Answer:
    page = render_template("leads/form.html", lead=lead, form=form, title=title, **words)
    return page, status


def for_change(
    public_id: str,
    allowed: Callable[[Actor, Lead], bool] = policy.may_change,
    get: Callable[[str], Lead] = queries.get_lead,
) -> Lead:
    """The lead, if it may be seen, is not archived, and this may be done to it."""
    lead = get(public_id)
    pages.refusal_leads_to(page_of(lead))
    if lead.is_archived:
        raise RuleBroken(services.ARCHIVED)
    if not allowed(require_actor(), lead):
        raise NotAllowed()
    return lead


@bp.get("/leads/<public_id>/edit")
@requires(P.LEADS_WRITE)
def edit(public_id: str) -> Answer:
    lead = for_change(public_id)
    return _edit_page(lead, _opened(lead))


def _opened(lead: Lead) -> EditLeadForm:
    form = EditLeadForm(formdata=None, obj=lead)
    form.source.data = lead.source.value
    form.amount_text.data = lead.amount_text or _as_typed(lead.amount or None)
    form.fixed_amount.data = _as_typed(lead.fixed_amount)
    name = industry_names([lead.industry_code]).get(lead.industry_code or "")
    form.industry_code.data = f"{name} {lead.industry_code}" if name else ""
    return form


def _as_typed(yuan: int | None) -> str:
    """An amount as it may be sent back unchanged: exact, in 万元 where that is whole."""
    if yuan is None:
        return ""
    return f"{yuan}元" if yuan % money.WAN else str(yuan // money.WAN)


def _edit_page(lead: Lead, form: EditLeadForm, status: int = 200) -> Answer:
    return render_template("leads/edit.html", lead=lead, form=form), status


@bp.post("/leads/<public_id>/edit")
@requires(P.LEADS_WRITE)
def update(public_id: str) -> Answer:
    lead = for_change(public_id)
    form = EditLeadForm()

    def act() -> None:
        values = {
            "name": form.name.data,
            "source": LeadSource(form.source.data),
            "introducer": form.introducer.data or "",
            "content": form.content.data or "",
            **shared_numbers(form),
        }
        services.update_lead(lead, form.seen, values, form.amount_text.reading)

    if not saved(form, act, lambda: _opened(lead)):
        return _edit_page(lead, form, 422)
    return pages.done(page_of(lead), "已保存")


# part of the URL -> form, title, columns it fills
_PARTS: dict[str, tuple[type[VersionedForm], str, tuple[str, ...]]] = {
    "assessment": (AssessmentForm, label_of(Lead.assessment), ("assessment",)),
    "first-talk": (FirstTalkForm, "首谈登记", ("first_negotiator_id", "first_talk_on")),
    "summary": (SummaryForm, label_of(Lead.summary), ("summary",)),
    "conclusion": (
        ConclusionForm,
        label_of(Lead.conclusion),
        ("conclusion", "conclusion_on", "conclusion_number"),
    ),
}


def _part_form(part: str, lead: Lead, *, is_sent: bool) -> tuple[VersionedForm, str, tuple[str, ...]]:
    if part not in _PARTS:
        raise NotFound()
    kind, title, columns = _PARTS[part]
    form = kind() if is_sent else kind(formdata=None, obj=lead)
    if isinstance(form, FirstTalkForm):
        form.offer(accounts.people_to_choose(lead.first_negotiator))
        if not is_sent:
            form.first_negotiator_id.data = lead.first_negotiator.public_id if lead.first_negotiator else ""
    return form, title, columns


@bp.get("/leads/<public_id>/fill/<part>")
@requires(P.LEADS_WRITE)
def fill(public_id: str, part: str) -> Answer:
    """What gates ask for: 研判意见, 首谈, 项目概要, 会议结论."""
    lead = for_change(public_id)
    form, title, _columns = _part_form(part, lead, is_sent=False)
    return form_page(lead, form, title)


@bp.post("/leads/<public_id>/fill/<part>")
@requires(P.LEADS_WRITE)
def save_part(public_id: str, part: str) -> Answer:
    lead = for_change(public_id)
    form, title, columns = _part_form(part, lead, is_sent=True)

    def act() -> None:
        values = {column: form[column].data for column in columns}
        if "first_negotiator_id" in values:
            values["first_negotiator_id"] = accounts.get_person(values["first_negotiator_id"]).id
        services.update_lead(lead, form.seen, {k: "" if v is None else v for k, v in values.items()})

    if not saved(form, act, lambda: _part_form(part, lead, is_sent=False)[0]):
        return form_page(lead, form, title, 422)
    return pages.done(page_of(lead), "已保存")


# --- Moves ---------------------------------------------------------------------------------------


def stage_named(code: str | None) -> LeadStage:
    to = LeadStage.parse(code)
    if to is None:
        raise RuleBroken("没有说明要到哪个阶段，请从线索页面上的按钮进入")
    return to


def _came_from(now: queries.LeadNow) -> LeadStage | None:
    return rules.stage_of(projection.standing_of(now.lead, now.ledger).came_from)


def _check_offered(now: queries.LeadNow, to: LeadStage) -> None:
    """Raises NotAllowed for a move that others may make, RuleBroken for one that nobody can."""
    lead, came_from = now.lead, _came_from(now)
    may_correct = policy.may_correct(require_actor(), lead)
    label = queries.stages_on().label(to)
    refusal = rules.why_not_move(lead.stage, to, came_from, may_correct=may_correct, label=label)
    if refusal and rules.kind_of_move(lead.stage, to, came_from) in BY_CORRECTORS:
        raise NotAllowed(refusal)
    if refusal:
        raise RuleBroken(refusal)


def _move_page(now: queries.LeadNow, to: LeadStage, form: MoveForm, status: int = 200) -> Answer:
    """The form of a move, under what the stage still asks for."""
    lead = now.lead
    kind = rules.kind_of_move(lead.stage, to, _came_from(now))
    stages = queries.stages_on(form.effective_on.data)
    form.reason.flags.required = kind in rules.WITH_REASON
    form.reason_code.flags.required = kind is MoveKind.END
    panel = gate_panel(now, to, stages, may_change=True) if kind in rules.GATED else None
    title, words = _move_words(lead, to, stages.label(to))
    hints = {"effective_on": marks.proposed_day(now, to).words}
    return form_page(lead, form, title, status, panel=panel, hints=hints, **words)


def _move_words(lead: Lead, to: LeadStage, label: str) -> tuple[str, dict[str, Any]]:
    """Title, button and fields of the form for this kind of move."""
    if to is LeadStage.LOST:
        return f"流失：{lead.name}", {"hide": ("evidence",), "verb": "记为流失", "kind": "danger"}
    if to is LeadStage.ON_HOLD:
        return f"暂缓：{lead.name}", {"hide": ("evidence", "reason_code"), "verb": "暂缓"}
    return f"{lead.name} 到「{label}」", {"hide": ("reason_code",), "verb": f"移到「{label}」"}


@bp.get("/leads/<public_id>/move")
@requires(P.LEADS_WRITE)
def move(public_id: str) -> Answer:
    """`?to=`: the form for any move: forward, back, on hold, lost."""
    now, to = queries.LeadNow(for_change(public_id)), stage_named(request.args.get("to"))
    _check_offered(now, to)
    day = marks.proposed_day(now, to).day
    form = MoveForm(formdata=None, to=to.value, effective_on=day, version=now.lead.version)
    return _move_page(now, to, form)


@bp.post("/leads/<public_id>/move")
@requires(P.LEADS_WRITE)
def save_move(public_id: str) -> Answer:
    lead, form = for_change(public_id, get=queries.get_to_change), MoveForm()
    to, places = stage_named(form.to.data), list[int]()

    def act() -> None:
        try:
            place = services.advance_stage(
                lead,
                to,
                form.effective_on.data,
                form.reason.data or "",
                form.evidence.data or "",
                reason_code=LossReason.parse(form.reason_code.data),
                version=form.seen,
            )
        except RuleBroken as broken:
            raise RuleBroken(_beside_the_panel(broken)) from None
        places.append(place)

    if not pages.took(form, act):
        return _move_page(queries.LeadNow(lead), to, form, 422)
    told = f"已到「{queries.stages_on().label(to)}」"
    return pages.done(page_of(lead), told, link=outcome_link(lead), undo=undo_of(lead, *places))


def _beside_the_panel(broken: RuleBroken) -> dict[str, str]:
    """The problems of a move; what the gate lacks is one line, since its panel lists each with a remedy."""
    lacking = [name for name in broken.problems if Criterion.parse(name)]
    if not lacking:
        return broken.problems
    return {"": f"还差 {len(lacking)} 项，逐项列在下面，点右边的按钮去补；补齐后再回到这里"}


def outcome_link(lead: Lead) -> tuple[str, str] | None:
    found = outcome_of(lead, require_actor())
    return ("打开项目", found.url) if found else None


# --- Holding and access --------------------------------------------------------------------------


@bp.get("/leads/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def assign(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_assign)
    form = _opened_assigning(lead)
    return form_page(lead, form, f"分派：{lead.name}", verb="分派")


def _opened_assigning(lead: Lead) -> AssignForm:
    owner = lead.owner.public_id
    return _assign_form(lead, formdata=None, effective_on=today(), version=lead.version, owner=owner)


def _as_held(lead: Lead, form: AssignForm) -> AssignForm:
    """The form as the lead is held by now. What was left to be the owner's is told in both."""
    unit, team = _holding(form)
    form.unit.data, form.team.data = unit.public_id, team.public_id if team else ""
    held = _opened_assigning(lead)
    held.unit.data, held.team.data = lead.unit.public_id, lead.team.public_id if lead.team else ""
    return held


def _holding(form: AssignForm) -> tuple[Unit, Unit | None]:
    """Unit and team that are to hold a lead: those of its owner on that day, unless others are chosen."""
    team = accounts.get_unit(form.team.data) if form.team.data else None
    if form.unit.data:
        return accounts.get_unit(form.unit.data), team
    owner = accounts.get_person(form.owner.data)
    own_team = accounts.team_on(owner.id, form.effective_on.data)
    return owner.unit, team or (db.session.get(Unit, own_team) if own_team else None)


def _assign_form(lead: Lead, **values: Any) -> AssignForm:
    people = accounts.people_to_choose(lead.owner, signing_in=P.LEADS_WRITE)
    return offered_for_assigning(AssignForm(**values), people)


def offered_for_assigning(form: AssignForm, people: list[tuple[str, str]]) -> AssignForm:
    teams = [(team.public_id, team.name) for team in accounts.list_units(UnitKind.RESIDENT_TEAM)]
    units = [(unit.public_id, unit.name) for unit in plain_units()]
    form.offer(people, units, teams)
    return form


def assign_as_asked(lead: Lead, form: AssignForm, version: int | None) -> int:
    """Gives a lead to whom a form says; returns the place of its new entry."""
    unit, team = _holding(form)
    return services.assign_lead(
        lead,
        owner_id=accounts.get_person(form.owner.data).id,
        unit_id=unit.id,
        team_id=team.id if team else None,
        effective_on=form.effective_on.data,
        reason=form.reason.data or "",
        version=version,
    )


@bp.post("/leads/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def save_assign(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_assign)
    form, places = _assign_form(lead), list[int]()

    def act() -> None:
        places.append(assign_as_asked(lead, form, form.seen))

    if not saved(form, act, lambda: _as_held(lead, form)):
        return form_page(lead, form, f"分派：{lead.name}", 422, verb="分派")
    return pages.done(_after_loss_of_sight(lead), "已分派", undo=undo_of(lead, *places))


def _after_loss_of_sight(lead: Lead, tab: str | None = None) -> str:
    """The lead's page, or the list when this person no longer may see the lead."""
    return page_of(lead, tab) if policy.may_see(require_actor(), lead) else url_for("leads.index")


@bp.get("/leads/<public_id>/access")
@requires(P.LEADS_WRITE)
def access(public_id: str) -> Answer:
    """Confidentiality and the people named on the lead."""
    lead = for_change(public_id, policy.may_name)
    return form_page(lead, _opened_access(lead), f"谁能看到：{lead.name}")


def _opened_access(lead: Lead) -> AccessForm:
    members = queries.members_of(lead)
    form = AccessForm(
        formdata=None,
        confidential=lead.confidential,
        members=[person.public_id for person in members],
        version=lead.version,
    )
    form.offer(accounts.people_to_choose(*members, may=P.LEADS_READ))
    return form


@bp.post("/leads/<public_id>/access")
@requires(P.LEADS_WRITE)
def save_access(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_name)
    members = queries.members_of(lead)
    form = AccessForm()
    form.offer(accounts.people_to_choose(*members, may=P.LEADS_READ))

    def act() -> None:
        people = people_by_public_id(*members)
        services.set_confidential(
            lead,
            form.confidential.data,
            named_members(form.members.data, people),
            version=form.seen,
        )

    if not saved(form, act, lambda: _opened_access(lead)):
        return form_page(lead, form, f"谁能看到：{lead.name}", 422)
    return pages.done(_after_loss_of_sight(lead), "已保存")


def _ledger_row(lead: Lead, place: int) -> dict[str, Any]:
    """A row of the lead's ledger by its place there, the registration being 1; NotFound for any other."""
    entries = queries.entries_of(lead)
    names = accounts.names_of(entry.owner_id for entry in entries)
    shown = showing.ledger(entries, queries.stages_on(), names, True)
    found = next((row for row in shown if row["place"] == place), None)
    if found is None:
        raise NotFound()
    return found


@bp.get("/leads/<public_id>/correct/<int:place>")
@requires(P.LEADS_CORRECT)
def correct(public_id: str, place: int) -> Answer:
    lead = for_change(public_id, policy.may_correct)
    form = CorrectForm(formdata=None, version=lead.version)
    return _correct_page(lead, _ledger_row(lead, place), form)


def _correct_page(lead: Lead, row: dict[str, Any], form: CorrectForm, status: int = 200) -> Answer:
    intro = f"{row['effective_on']}　{row['words']}。更正以后这一行不再算数，但仍留在台账里"
    return form_page(lead, form, "更正阶段台账", status, intro=intro, verb="更正")


@bp.post("/leads/<public_id>/correct/<int:place>")
@requires(P.LEADS_CORRECT)
def save_correction(public_id: str, place: int) -> Answer:
    lead = for_change(public_id, policy.may_correct)
    form, row = CorrectForm(), _ledger_row(lead, place)

    def act() -> None:
        services.correct_entry(lead, row["id"], form.reason.data, version=form.seen)

    if not pages.took(form, act):
        return _correct_page(lead, row, form, 422)
    return pages.done(_after_loss_of_sight(lead, "ledger"), "已更正")


@bp.get("/leads/<public_id>/registration")
@requires(P.LEADS_CORRECT)
def registration(public_id: str) -> Answer:
    """Another day of registration, for a lead that was entered late."""
    lead = for_change(public_id, policy.may_correct)
    form = RegistrationDayForm(formdata=None, registered_on=lead.registered_on, version=lead.version)
    return _registration_page(lead, form)


def _registration_page(lead: Lead, form: RegistrationDayForm, status: int = 200) -> Answer:
    intro = f"现在是 {lead.registered_on}。改了以后，新增线索按新的日期计月份；原来的行仍留在台账里"
    return form_page(lead, form, f"改登记日期：{lead.name}", status, intro=intro, verb="改登记日期")


@bp.post("/leads/<public_id>/registration")
@requires(P.LEADS_CORRECT)
def save_registration(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_correct)
    form = RegistrationDayForm()

    def act() -> None:
        services.correct_registration(
            lead, form.registered_on.data, form.reason.data or "", version=form.seen
        )

    if not pages.took(form, act):
        return _registration_page(lead, form, 422)
    return pages.done(page_of(lead, "ledger", "records"), "登记日期已改")


@bp.get("/leads/<public_id>/archive")
@requires(P.LEADS_WRITE)
def archive(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_archive)
    form = ArchiveLeadForm(formdata=None, version=lead.version)
    return _archive_page(lead, form)


def _archive_page(lead: Lead, form: ArchiveLeadForm, status: int = 200) -> Answer:
    steps = all_open_about(subject_of(lead))
    if not steps:
        del form.steps
    page = render_template("leads/archive.html", lead=lead, form=form, steps=steps, may_void=_may_void(lead))
    return page, status


def _may_void(lead: Lead) -> bool:
    return policy.may_void(require_actor(), lead)


@bp.post("/leads/<public_id>/archive")
@requires(P.LEADS_WRITE)
def save_archive(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_archive)
    form = ArchiveLeadForm()

    def act() -> None:
        services.archive_lead(lead, form.reason.data, steps=StepsThen(form.steps.data), version=form.seen)

    had_steps = bool(all_open_about(subject_of(lead)))  # what became of them, restoring does not take back
    if not pages.took(form, act):
        return _archive_page(lead, form, 422)
    undo = None if had_steps else (url_for("leads.restore", public_id=public_id), {"version": lead.version})
    return pages.done(page_of(lead), "已归档", undo=undo)


@bp.get("/leads/<public_id>/void")
@requires(P.LEADS_WRITE)
def void(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_void)
    others = queries.live_beside(lead, require_actor())
    only = others[0].number if len(others) == 1 else ""
    return _void_page(lead, VoidForm(formdata=None, version=lead.version, counts=only))


def _void_page(lead: Lead, form: VoidForm, status: int = 200) -> Answer:
    others = queries.live_beside(lead, require_actor())
    return render_template("leads/void.html", lead=lead, form=form, others=others), status


@bp.post("/leads/<public_id>/void")
@requires(P.LEADS_WRITE)
def save_void(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_void)
    form = VoidForm()
    counting: list[Lead] = []

    def act() -> None:
        counting.append(_counting(form.counts.data))
        services.void_lead(lead, counting[0], form.note.data or "", version=form.seen)

    if not pages.took(form, act):
        return _void_page(lead, form, 422)
    return pages.done(page_of(counting[0]), f"{lead.number} 已作废，不再计入；它的走访和下一步转到这一条")


def _counting(number: str) -> Lead:
    try:
        return queries.get_by_number(number)
    except NotFound:
        raise RuleBroken({"counts": f"没有找到编号 {number} 的线索，请核对"}) from None


@bp.post("/leads/<public_id>/restore")
@requires(P.LEADS_WRITE)
def restore(public_id: str) -> Answer:
    lead, form = queries.get_lead(public_id), VersionedForm()
    pages.refusal_leads_to(page_of(lead))
    services.restore_lead(lead, version=form.seen)
    return pages.done(page_of(lead), "已恢复")


def undo_of(lead: Lead, place: int) -> tuple[str, dict[str, Any]]:
    """What takes the row back that was just added to a lead's ledger, at this place of it."""
    return url_for("leads.take_back", public_id=lead.public_id, place=place), {}
