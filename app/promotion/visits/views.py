"""Pages of visits: the form, lists, one visit."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, serve_archiving
from app.core.records.editing import saved
from app.core.storage.db import db
from app.core.storage.subjects import Lines, SubjectKind, subject_of
from app.core.values import clock
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.registries import Naming, RelatedRow, Sought
from app.core.web.idempotency import once
from app.core.web.pages import (
    done,
    read_text,
    refusal_leads_to,
    took,
)
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import visible as visible_leads
from app.promotion.leads.queries import get_lead, may_see_lead
from app.promotion.steps.models import Step
from app.promotion.steps.queries import find_step, open_about, open_of_company
from app.promotion.visits import policy, queries, services
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.forms import EARLIER, LATER, MATES, EditForm, VisitForm
from app.promotion.visits.models import Visit
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person
from app.register.accounts.queries import (
    choices_of,
    list_people,
)
from app.register.enterprises.filters import company_asked
from app.register.enterprises.models import Contact, Enterprise
from app.register.enterprises.picking import company_of, meant, offer_for, take_choice
from app.register.enterprises.queries import list_contacts

bp = Blueprint("visits", __name__)
Page = str | tuple[str, int] | Response
P = Permission
_SEPARATORS = re.compile(r"[、，,；;\s]")
_NAME = r"(?:[（(][^（()）]*[）)]|[^、，,；;\s])+"  # up to the next separator that stands in no brackets


# --- lists -----------------------------------------------------------------------------------------


# --- the form --------------------------------------------------------------------------------------


def _company_choices(form: VisitForm, company: Enterprise | None) -> None:
    """Leads and contacts of the chosen company as choices."""
    leads = queries.live_leads(company.id, visible_leads(require_actor())) if company else []
    form.lead.choices = [("", "不为哪条线索"), *((lead.public_id, lead.name) for lead in leads)]
    form.contacts.choices = _contact_choices(_known_contacts(company)) if company else []


def _known_contacts(company: Enterprise) -> dict[str, Contact]:
    """Whom a visit to a company can have met."""
    return {contact.public_id: contact for contact in list_contacts(company.id)}


def _contacts_of(visit: Visit) -> dict[str, Contact]:
    """The same for one already written down: whoever was met stays, also when archived or erased since."""
    met = {row.contact.public_id: row.contact for row in visit.contacts}
    return _known_contacts(visit.enterprise) | met


def _contact_choices(known: Mapping[str, Contact]) -> list[tuple[str, str]]:
    if not require_actor().may(P.CONTACTS_READ):
        return []
    return [(key, _contact_label(contact)) for key, contact in known.items()]


def _contact_label(contact: Contact) -> str:
    gone = "（已归档）" if contact.is_archived else ""
    return f"{contact.personal.name}　{contact.post}".strip() + gone


def _people_choices(form: VisitForm | EditForm, day: date, chosen: Sequence[Person] = ()) -> None:
    """My team as chips, whoever was chosen already among them; of a large one the first, and says so."""
    mates = queries.team_mates(require_actor(), day)
    form.people.choices = choices_of([*mates[:MATES], *chosen])
    if len(mates) > MATES:
        form.people.description = f"只列出前 {MATES} 位，另外 {len(mates) - MATES} 位写在「还有谁同行」里"


def _owner_choices(form: VisitForm, day: date) -> None:
    choices = choices_of(queries.team_mates(require_actor(), day, signing_in=True))
    form.next_owner.choices = choices
    for promise in form.promises:
        promise.form.owner.choices = choices


def _page(form: VisitForm, company: Enterprise | None) -> str:
    day = clock.today()
    _company_choices(form, company)
    _people_choices(form, day)
    _owner_choices(form, day)
    before = _open_before(company, _find_lead(form.lead.data))
    _offer_earlier(form, before)
    offer = None if company else offer_for(form)
    return render_template("visits/new.html", form=form.ready(), company=company, before=before, offer=offer)


@bp.get("/visits/new")
@requires(P.VISITS_WRITE)
def new() -> str:
    """记走访；?enterprise= 或 ?lead= 带入."""
    actor, today = require_actor(), clock.today()
    lead = _lead_asked()
    company = lead.enterprise if lead else company_asked()
    me = db.session.get_one(Person, actor.person_id)
    form = VisitForm(
        formdata=None,
        kind=VisitKind.OUTBOUND.value,
        held_on=today,
        people=[me.public_id],
        next_owner=me.public_id,
        lead=lead.public_id if lead else "",
        enterprise=company.name if company else "",
        enterprise_id=company.public_id if company else "",
    )
    return _page(form, company)


def _lead_asked() -> Lead | None:
    """The lead of the address; one that takes no visit is said so before anything is typed."""
    asked = read_text("lead", 16)
    lead = get_lead(asked, require_actor()) if asked else None
    if lead is not None and lead.is_archived:
        raise RuleBroken({"lead": f"线索「{lead.name}」已归档，先恢复再记走访"})
    return lead


@bp.get("/visits/company-parts")
@requires(P.VISITS_WRITE)
def company_parts() -> str:
    """企业选好以后，它的线索和联系人."""
    form = VisitForm(
        formdata=None, enterprise=read_text("enterprise", 120), enterprise_id=read_text("enterprise_id", 16)
    )
    company = meant(form)
    _company_choices(form, company)
    before = _open_before(company, None)
    _offer_earlier(form, before)
    offer = None if company else offer_for(form)
    return render_template("visits/_company.html", form=form, company=company, before=before, offer=offer)


def _meant(form: VisitForm) -> Enterprise | None:
    """The company of the form as far as somebody has registered it."""
    return meant(form) or _company_of_lead(form, form.enterprise.data or "")


def _company_of_lead(form: VisitForm, typed: str) -> Enterprise | None:
    """The company of the chosen lead, which goes on when its company was archived."""
    lead = _find_lead(form.lead.data)
    return lead.enterprise if lead is not None and lead.enterprise.name == typed else None


def _company(form: VisitForm) -> Enterprise:
    return _meant(form) or company_of(form)


def _people(form: VisitForm | EditForm) -> list[Person]:
    """Who was ticked, then who was written by name."""
    codes = form.people.data or []
    ticked = queries.people_of(codes)
    if set(codes) - set(ticked):
        raise RuleBroken({"people": "名单变了，请重新选我方人员"})
    typed = form.others.data or ""
    known = list_people() if typed else []
    words = dict(choices_of(known))
    written = [_named(name, known, words) for name in _names(typed, words.values())]
    return list(dict.fromkeys([*(ticked[code] for code in codes), *written]))


def _names(typed: str, words: Iterable[str]) -> list[str]:
    """What stands between the separators; what pickers call somebody stays whole, whatever it contains."""
    whole = sorted(filter(_SEPARATORS.search, words), key=len, reverse=True)
    return re.findall("|".join([*map(re.escape, whole), _NAME]), typed)


def _named(name: str, known: Sequence[Person], words: Mapping[str, str]) -> Person:
    """The person of a written name; `words` are what pickers call each, by public id."""
    found = [person for person in known if name in (person.name, _with_unit(person), words[person.public_id])]
    if len(found) > 1:
        example = words[found[0].public_id]
        raise RuleBroken({"others": f"有 {len(found)} 位「{name}」，请连单位一起写，例如 {example}"})
    if not found:
        raise RuleBroken({"others": f"名单里没有「{name}」；企业的人请写在「还见到谁」"})
    return found[0]


def _with_unit(person: Person) -> str:
    return f"{person.name}（{person.unit.name}）"


def _open_before(company: Enterprise | None, lead: Lead | None) -> dict[str, Step]:
    """What is still to be done for a company and for the lead in hand, by public id, own steps first; as far
    as this person's reach goes.
    """
    if company is None:
        return {}
    actor = require_actor()
    of_lead = open_about(subject_of(lead)) if lead else []
    every = [*of_lead, *open_of_company(actor, company.id)]
    found = dict.fromkeys(step for step in every if step.kind.is_ticked)
    own_first = sorted(found, key=lambda step: (step.owner_id != actor.person_id, step.due_on, step.id))
    return {step.public_id: step for step in own_first}


def _offer_earlier(form: VisitForm, before: Mapping[str, Step]) -> None:
    """One question for each step that is open, up to EARLIER of them; what was answered already stays."""
    offered = list(before)[:EARLIER]
    if len(offered) < len(before):
        form.earlier.description = f"只列出 {EARLIER} 件，另有 {len(before) - EARLIER} 件没办完的"
    if [entry.step.data for entry in form.earlier] == offered:
        return
    said = {entry.step.data: entry.form.data for entry in form.earlier}
    while form.earlier.entries:
        form.earlier.pop_entry()
    for code in offered:
        form.earlier.append_entry(said.get(code, {"step": code}))


def _earlier(form: VisitForm, company: Enterprise) -> list[services.Earlier]:
    """What was said of the steps before; those of another company that was chosen before mean nothing."""
    found = []
    for entry in form.earlier:
        step = find_step(entry.step.data or "", require_actor())
        if not entry.state.data or step is None or step.enterprise_id != company.id:
            continue
        later = entry.due_on.data if entry.state.data == LATER else None
        if entry.state.data == LATER and later is None:
            raise RuleBroken({"earlier": f"「{step.what}」没办的，写上改到哪天"})
        found.append(services.Earlier(step, entry.outcome.data or "", later))
    return found


def _contacts(codes: Sequence[str] | None, known: Mapping[str, Contact]) -> list[Contact]:
    """Who was ticked of this company; ticks for another one that was chosen before mean nothing."""
    return [known[code] for code in dict.fromkeys(codes or ()) if code in known]


def _lead(code: str | None) -> Lead | None:
    lead = _find_lead(code)
    if code and lead is None:
        raise RuleBroken({"lead": "没有找到这条线索，请重新选"})
    return lead


def _find_lead(code: str | None) -> Lead | None:
    try:
        return get_lead(code, require_actor()) if code else None
    except NotFound:
        return None


def _owner(code: str | None, field: str) -> Person:
    if not code:
        return db.session.get_one(Person, require_actor().person_id)
    found = queries.people_of([code])
    if not found:
        raise RuleBroken({field: "名单里没有这个人，请重新选谁办"})
    return found[code]


def _promises(form: VisitForm) -> list[services.Todo]:
    """The promises that were written; one without a date is refused."""
    found = []
    for place, row in enumerate(form.promises):
        if not row.what.data:
            continue
        if row.due_on.data is None:
            raise RuleBroken({"promises": f"第 {place + 1} 条承诺写上期限：这次以后的哪一天"})
        found.append(services.Todo(row.what.data, row.due_on.data, _owner(row.owner.data, "promises")))
    return found


def _next_step(form: VisitForm) -> services.Todo:
    owner = _owner(form.next_owner.data, "next_owner")
    return services.Todo(form.next_what.data, form.next_due_on.data, owner)


def _data(form: VisitForm, company: Enterprise) -> services.VisitData:
    return services.VisitData(
        kind=VisitKind(form.kind.data),
        held_on=form.held_on.data,
        enterprise=company,
        lead=_lead(form.lead.data),
        place=form.place.data or "",
        met=form.met.data or "",
        summary=form.summary.data or "",
        needs=form.needs.data or "",
        people=_people(form),
        contacts=_contacts(form.contacts.data, _known_contacts(company)),
        promises=_promises(form),
        next_step=_next_step(form),
        earlier=_earlier(form, company),
    )


@bp.post("/visits/new")
@requires(P.VISITS_WRITE)
@once
def create() -> Page:
    """记走访：保存."""
    form, logged = VisitForm(), list[Visit]()
    if take_choice(form):
        return _page(form, meant(form)), 422
    if took(form, lambda: logged.append(services.log_visit(_data(form, _company(form))))):
        return done(url_for("visits.detail", public_id=logged[0].public_id), "已保存")
    return _page(form, _company_so_far(form)), 422


def _company_so_far(form: VisitForm) -> Enterprise | None:
    """Whose leads and contacts a refused form offers: the company that was meant, else that of the lead."""
    found = _meant(form)
    lead = None if found else _find_lead(form.lead.data)
    return lead.enterprise if lead else found


# --- one visit -------------------------------------------------------------------------------------


@bp.get("/visits/<public_id>")
@requires(P.VISITS_READ)
def detail(public_id: str) -> str:
    """一次走访."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    """The page of a visit; with the form of its archiving as it was refused."""
    actor = require_actor()
    visit = queries.get_visit(public_id, actor)
    return render_template(
        "visits/detail.html",
        visit=visit,
        steps=queries.steps_of([visit.id]).get(visit.id, []),
        may_change=policy.may_change(actor, visit),
        may_confirm=policy.may_confirm(actor, visit),
        is_of_today=policy.is_of_today(visit),
        sees_lead=visit.lead_id is not None and may_see_lead(actor, visit.lead_id),
        may_restore=policy.may_restore(actor, visit),
        archiving=archiving or ArchiveForm(formdata=None, version=visit.version),
    )


def as_lines(public_ids: Collection[str], actor: Actor) -> Lines:
    """Visits on the pages of the steps that were written down with them."""
    return {visit.public_id: _line(visit) for visit in queries.seen_of(public_ids, actor)}


def _line(visit: Visit) -> RelatedRow:
    url = url_for("visits.detail", public_id=visit.public_id)
    return RelatedRow(f"{visit.held_on} {visit.kind.label}", url)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The visits whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.VISITS_READ):
        return []
    return [
        Naming(
            "visit",
            visit.public_id,
            RelatedRow(
                f"{visit.held_on} {visit.kind.label}",
                url_for("visits.detail", public_id=visit.public_id),
                "走访接待：谈了什么、诉求、地点、见到的人",
            ),
        )
        for visit in queries.naming(sought, actor)
    ]


KIND = SubjectKind("走访", as_lines, P.VISITS_READ, queries.get_visit, policy.may_change)


def _for_change(public_id: str) -> Visit:
    """The visit that is to be changed; a refusal leads back to its page."""
    visit = queries.get_visit(public_id)
    refusal_leads_to(url_for("visits.detail", public_id=public_id))
    return visit


def _offer(form: EditForm, visit: Visit, people: Iterable[Person] = ()) -> EditForm:
    _people_choices(form, visit.held_on, [*(row.person for row in visit.participants), *people])
    form.contacts.choices = _contact_choices(_contacts_of(visit))
    return form


def _opened(visit: Visit) -> EditForm:
    form = EditForm(formdata=None, obj=visit)
    form.kind.data = visit.kind.value
    form.people.data = [row.person.public_id for row in visit.participants]
    form.contacts.data = [row.contact.public_id for row in visit.contacts]
    return _offer(form, visit)


def _by_now(visit: Visit, form: EditForm) -> EditForm:
    """The form as the visit is by now; who was written by name is chosen like the rest."""
    people = _people(form) or [visit.author]
    form.people.data = [person.public_id for person in people]
    _offer(form, visit, people)
    return _opened(visit)


@bp.get("/visits/<public_id>/edit")
@requires(P.VISITS_WRITE)
def edit(public_id: str) -> Page:
    """改走访."""
    visit = queries.get_visit(public_id)
    services.must_be_changeable(visit)
    return render_template("visits/edit.html", form=_opened(visit), visit=visit)


@bp.post("/visits/<public_id>/edit")
@requires(P.VISITS_WRITE)
def update(public_id: str) -> Page:
    """改走访：保存."""
    visit = _for_change(public_id)
    form = _offer(EditForm(), visit)
    if form.people.is_whole:
        form.others.data = ""

    def act() -> None:
        services.edit_visit(visit, form.seen, _edited(form, visit))

    if saved(form, act, lambda: _by_now(visit, form)):
        return done(url_for("visits.detail", public_id=public_id), "已保存")
    return render_template("visits/edit.html", form=form, visit=queries.get_visit(public_id)), 422


def _edited(form: EditForm, visit: Visit) -> services.VisitData:
    return services.VisitData(
        kind=VisitKind(form.kind.data),
        held_on=form.held_on.data,
        enterprise=visit.enterprise,
        lead=visit.lead,
        place=form.place.data or "",
        met=form.met.data or "",
        summary=form.summary.data or "",
        needs=form.needs.data or "",
        people=_people(form),
        contacts=_contacts(form.contacts.data, _contacts_of(visit)),
    )


@bp.post("/visits/<public_id>/confirm")
@requires(P.VISITS_WRITE)
def confirm(public_id: str) -> Page:
    """确认有这次走访."""
    visit = _for_change(public_id)
    services.confirm_visit(visit)
    return done(url_for("visits.detail", public_id=public_id), "已确认")


serve_archiving(bp, services.ARCHIVING, _detail_page)
