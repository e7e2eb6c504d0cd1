"""A visit is written down."""

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage.db import db
from app.core.values import clock
from app.core.values.errors import RuleBroken
from app.core.web.idempotency import once
from app.core.web.pages import done, read_date, read_text, took
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import get_lead
from app.promotion.visits import services
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.forms import VisitForm
from app.promotion.visits.models import Visit
from app.promotion.visits.views.blueprint import Page, bp
from app.promotion.visits.views.choices import company_choices, owner_choices, people_choices
from app.promotion.visits.views.earlier import offer_earlier, open_before
from app.promotion.visits.views.typed import find_lead, visit_data
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.enterprises.filters import company_asked
from app.register.enterprises.models import Enterprise
from app.register.enterprises.picking import company_of, meant, offer_for, take_choice


def _page(form: VisitForm, company: Enterprise | None) -> str:
    day = clock.today()
    company_choices(form, company)
    people_choices(form, day)
    owner_choices(form, day)
    before = open_before(company, find_lead(form.lead.data))
    offer_earlier(form, before)
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
        kind=(VisitKind.parse(read_text("kind", 20)) or VisitKind.OUTBOUND).value,
        held_on=min(read_date("on", "日期") or today, today),
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
    company_choices(form, company)
    before = open_before(company, None)
    offer_earlier(form, before)
    offer = None if company else offer_for(form)
    return render_template("visits/_company.html", form=form, company=company, before=before, offer=offer)


def _meant(form: VisitForm) -> Enterprise | None:
    """The company of the form as far as somebody has registered it."""
    return meant(form) or _company_of_lead(form, form.enterprise.data or "")


def _company_of_lead(form: VisitForm, typed: str) -> Enterprise | None:
    """The company of the chosen lead, which goes on when its company was archived."""
    lead = find_lead(form.lead.data)
    return lead.enterprise if lead is not None and lead.enterprise.name == typed else None


def _company(form: VisitForm) -> Enterprise:
    return _meant(form) or company_of(form)


@bp.post("/visits/new")
@requires(P.VISITS_WRITE)
@once
def create() -> Page:
    """记走访：保存."""
    form, logged = VisitForm(), list[Visit]()
    if take_choice(form):
        return _page(form, meant(form)), 422
    if took(form, lambda: logged.append(services.log_visit(visit_data(form, _company(form))))):
        return done(url_for("visits.detail", public_id=logged[0].public_id), "已保存")
    return _page(form, _company_so_far(form)), 422


def _company_so_far(form: VisitForm) -> Enterprise | None:
    """Whose leads and contacts a refused form offers: the company that was meant, else that of the lead."""
    found = _meant(form)
    lead = None if found else find_lead(form.lead.data)
    return lead.enterprise if lead else found
