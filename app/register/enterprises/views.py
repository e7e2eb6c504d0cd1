"""Pages of the company library: list, detail, register, edit, archive, contacts, suggestions."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SUGGESTIONS
from app.core.records.archiving import ArchiveForm
from app.core.records.editing import saved
from app.core.records.timeline import About, timeline
from app.core.storage.db import db, end_writing
from app.core.storage.subjects import Lines, SubjectKind, subject_of
from app.core.values import registries
from app.core.values.labels import label_of, short_of
from app.core.values.money import in_words, read_amount
from app.core.values.registries import Related, RelatedRow
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.forms import seen_version
from app.core.web.htmx import is_partial
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission
from app.register.enterprises import picking, policy, queries, services
from app.register.enterprises.enums import NameKind
from app.register.enterprises.forms import (
    CompanyField,
    ContactForm,
    EnterpriseForm,
    RestoreForm,
    edit_form,
)
from app.register.enterprises.models import Contact, Enterprise
from app.register.enterprises.queries import Asked, Suspects
from app.register.enterprises.rules import CodeCheck, check_credit_code, dialled, masked_email, masked_phone
from app.register.reference.queries import (
    division_names,
    industry_names,
    read_division,
)

bp = Blueprint("enterprises", __name__)
P = Permission
Answer = str | Response | tuple[str, int]
NO_SUSPECTS = Suspects()


def page_of(row: Enterprise) -> str:
    return url_for("enterprises.detail", public_id=row.public_id)


def _for_change(public_id: str) -> Enterprise:
    """The company that is to be changed; a refusal leads back to its page."""
    row = queries.get_enterprise(public_id)
    pages.refusal_leads_to(page_of(row))
    return row


def contact_for_change(public_id: str) -> Contact:
    contact = queries.get_contact(public_id)
    pages.refusal_leads_to(page_of(contact.enterprise))
    return contact


# --- list ---


@bp.get("/enterprises/options")
@requires(P.ENTERPRISES_READ)
@costs(SUGGESTIONS)
def options() -> str:
    """Rows under a company field of another form; with `?register=1` also the one that registers what was
    typed, unless a company is called so.
    """
    typed = pages.read_text("q")
    rows = queries.find_enterprises(typed)
    may_register = pages.read_flag("register", "登记新企业") and require_actor().may(P.ENTERPRISES_WRITE)
    is_known = any(row.name == typed for row in rows)
    places = division_names([row.region_code for row in rows])
    items = [{"id": row.public_id, "text": row.name, "note": _option_note(row, places)} for row in rows]
    new_name = typed if may_register and not is_known else ""
    return render_template("enterprises/options.html", items=items, new_name=new_name)


@bp.get("/enterprises/unknown")
@requires(P.ENTERPRISES_READ)
def unknown() -> str:
    """What stands under a company field once a name was picked: what is like a new one."""
    form = CompanyField(request.args)
    return render_template("enterprises/unknown.html", offer=picking.offer_for(form))


def _option_note(row: Enterprise, places: dict[str, str]) -> str:
    """Place and end of the credit code: by these companies of one name are told apart."""
    code = f"信用代码尾号 {row.credit_code[-6:]}" if row.credit_code else ""
    return "　".join(filter(None, [places.get(row.region_code or ""), code]))


# --- register and edit ---


@bp.get("/enterprises/new")
@requires(P.ENTERPRISES_WRITE)
def new() -> str:
    """The form; `?name=` fills in what was typed elsewhere."""
    form = EnterpriseForm(formdata=None, name=pages.read_text("name"))
    return _new_page(form)


def _new_page(form: EnterpriseForm, suspects: Suspects = NO_SUSPECTS) -> str:
    return render_template("enterprises/new.html", form=form.ready(), **_duplicates(form.name.data, suspects))


@bp.post("/enterprises/new")
@requires(P.ENTERPRISES_WRITE)
@once
def create() -> Answer:
    """Registers a company; likely duplicates come back for a look first."""
    form = EnterpriseForm()
    data, made = form.entered(), list[Enterprise]()

    def register() -> None:
        made.append(services.create_enterprise(data, check_duplicates=not form.not_duplicate.data))

    if not pages.took(form, register):
        return _new_page(form, queries.find_suspects(services.as_new(data))), 422
    _warn(check_credit_code(data.credit_code))
    return pages.done(page_of(made[0]), "已登记")


def _warn(code: CodeCheck) -> None:
    if code.warning:
        flash(code.warning, "warning")


@bp.get("/enterprises/duplicates")
@requires(P.ENTERPRISES_WRITE)
@costs(SUGGESTIONS)
def duplicates() -> str:
    """While typing: companies that may be the same, and what is wrong with the code."""
    name, code = pages.read_text("name", 120), pages.read_text("credit_code", 60)
    region = read_division(pages.read_text("region", 60))
    asked = Asked(name, code, region.code if region else None)
    suspects = queries.find_suspects(asked) if name or code else NO_SUSPECTS
    return render_template(
        "enterprises/_duplicates.html", code=check_credit_code(code), **_duplicates(name, suspects)
    )


def _duplicates(name: str | None, suspects: Suspects) -> dict[str, Any]:
    """The nearest as rows of the macro, how many more there are, and where all of them are listed."""
    places = division_names([suspect.enterprise.region_code for suspect in suspects.nearest])
    rows = [
        {
            "name": suspect.enterprise.name,
            "why": suspect.words,
            "which": queries.told_apart(suspect.enterprise, places),
            "is_archived": suspect.enterprise.is_archived,
            "owner": f"{suspect.enterprise.author.name}登记" if suspect.enterprise.author else "",
            "last_contact": f"最近联系 {suspect.last_contact}" if suspect.last_contact else "还没有联系记录",
            "url": page_of(suspect.enterprise),
        }
        for suspect in suspects.nearest
    ]
    all_url = url_for("finder.results", q=name or None, kind="enterprise")
    return {"duplicates": rows, "more_duplicates": suspects.more, "all_duplicates_url": all_url}


@bp.get("/enterprises/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def edit(public_id: str) -> str:
    """The form with what stands there."""
    row = queries.get_enterprise(public_id)
    services.must_be_live(row)
    return _edit_page(_opened(row), row)


def _opened(row: Enterprise) -> EnterpriseForm:
    return edit_form(services.current_data(row), row.version)


def _edit_page(form: EnterpriseForm, row: Enterprise, suspects: Suspects = NO_SUSPECTS) -> str:
    return render_template(
        "enterprises/edit.html", form=form, row=row, **_duplicates(form.name.data, suspects)
    )


@bp.post("/enterprises/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def update(public_id: str) -> Answer:
    """Saves an edit."""
    row = _for_change(public_id)
    form = EnterpriseForm()
    data, check = form.entered(), not form.not_duplicate.data

    def act() -> None:
        services.update_enterprise(row, form.seen, data, check_duplicates=check)

    if not saved(form, act, lambda: _opened(row)):
        kept = queries.get_enterprise(public_id)
        return _edit_page(form, kept, queries.find_suspects(services.as_changed(kept, data))), 422
    _warn(check_credit_code(row.credit_code))
    return pages.done(page_of(row), "已保存")


# --- one company ---


@bp.get("/enterprises/<public_id>")
@requires(P.ENTERPRISES_READ)
def detail(public_id: str) -> str:
    """All that the actor may know of one company."""
    actor = require_actor()
    row = queries.get_enterprise(public_id)
    contacts = queries.list_contacts_to_show(row.id) if policy.may_see_contacts(actor) else None
    rights = policy.rights(actor, row)
    found = [source(row.id, actor) for source in registries.NEXT_STEPS.values()]
    return render_template(
        "enterprises/detail.html",
        row=row,
        facts=_facts(row),
        contacts=None
        if contacts is None
        else [contact_row(contact, rights) | {"to_erase": waits} for contact, waits in contacts],
        may_unmask=bool(contacts) and rights.unmask,
        may_archive=rights.archive,
        why_no_archiving=policy.why_no_archiving(row),
        why_masked=policy.why_masked(actor, row, rights) if contacts else "",
        past=timeline(About((subject_of(row),)), actor, pages.read_page_number()),
        related=_related(row),
        next_step=next((step for step in found if step), None),
        industry=industry_names([row.industry_code]).get(row.industry_code or ""),
    )


def _facts(row: Enterprise) -> list[dict[str, Any]]:
    data = services.current_data(row)
    rows: list[tuple[str, Any, str]] = [
        (
            short_of(Enterprise.credit_code),
            row.credit_code,
            "校验不符，已确认" if row.code_overridden else "",
        ),
        (NameKind.FORMER.label, "、".join(data.former_names), ""),
        (NameKind.ALIAS.label, "、".join(data.aliases), ""),
        (label_of(Enterprise.status), row.status.label, ""),
        (label_of(Enterprise.established_on), row.established_on, ""),
        (label_of(Enterprise.capital), *_capital(row)),
        (label_of(Enterprise.industry_code), data.industry, ""),
        (label_of(Enterprise.region_code), data.region, ""),
        (
            label_of(Enterprise.headcount),
            f"{row.headcount:,} 人" if row.headcount is not None else None,
            "",
        ),
        (label_of(Enterprise.origin), row.origin, ""),
    ]
    optional = {NameKind.FORMER.label, NameKind.ALIAS.label}
    return [
        {"label": label, "value": value, "note": note}
        for label, value, note in rows
        if value or label not in optional
    ]


def _capital(row: Enterprise) -> tuple[str | None, str]:
    """The capital in words, with the original beside it when it says more or is open to doubt."""
    if row.capital is None:
        return row.capital_text, "待核" if row.capital_text else ""
    text = row.capital_text or ""
    original = f"原文 {text}" if text and not text.replace(",", "").isdigit() else ""
    doubtful = "待核" if read_amount(text).needs_review else ""
    return in_words(row.capital), "　".join(filter(None, (original, doubtful)))


def contact_row(contact: Contact, rights: policy.Rights) -> dict[str, Any]:
    return {
        "may_change": rights.change(contact),
        "may_read": rights.read(contact),
        "public_id": contact.public_id,
        "name": contact.personal.name,
        "post": contact.post,
        "phone": masked_phone(contact.personal.phone),
        "email": masked_email(contact.personal.email),
        "is_decider": contact.is_decider,
    }


# --- archive ---


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
        "enterprises/archive.html", form=form, row=row, related=_related(row), refusal=refusal
    )


def as_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    """Companies on the pages of what hangs on them; they are open to all who read."""
    return {
        row.public_id: RelatedRow(row.name, url_for("enterprises.detail", public_id=row.public_id))
        for row in queries.list_of(public_ids)
    }


def seen(public_id: str, _actor: Actor) -> Enterprise:
    """One company, for what hangs on it; they are open to all who read."""
    return queries.get_enterprise(public_id)


KIND = SubjectKind("企业", as_lines, P.ENTERPRISES_READ, seen, policy.may_change)


def _related(row: Enterprise) -> list[Related]:
    """What hangs on a company and this person may see."""
    actor = require_actor()
    return [block for block in (ask(row.id, actor) for ask in registries.RELATED.values()) if block]


@bp.post("/enterprises/<public_id>/archive")
@requires(P.ENTERPRISES_ARCHIVE)
def archive(public_id: str) -> Answer:
    """Archives a company."""
    row = _for_change(public_id)
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
    row = _for_change(public_id)
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
    page = render_template("enterprises/restore.html", form=form, row=row, **_duplicates(row.name, suspects))
    return page, 422


# --- contacts ---


@bp.get("/enterprises/<public_id>/contacts/new")
@requires(P.ENTERPRISES_WRITE)
def new_contact(public_id: str) -> str:
    """The form for a person at a company."""
    row = queries.get_enterprise(public_id)
    services.must_be_live(row)
    form = ContactForm(formdata=None, purpose="招商联络").ready()
    return render_template("enterprises/contact_form.html", form=form, row=row, contact=None)


@bp.post("/enterprises/<public_id>/contacts/new")
@requires(P.ENTERPRISES_WRITE)
@once
def create_contact(public_id: str) -> Answer:
    """Adds the person."""
    row = _for_change(public_id)
    form = ContactForm()
    check = not form.not_duplicate.data
    if pages.took(form, lambda: services.add_contact(row, form.entered(), check_duplicates=check)):
        return pages.done(page_of(row), "已加联系人")
    row = queries.get_enterprise(public_id)
    page = render_template("enterprises/contact_form.html", form=form.ready(), row=row, contact=None)
    return page, 422


@bp.get("/contacts/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def edit_contact(public_id: str) -> str:
    """The form without the numbers: seeing them is a click of its own."""
    contact = contact_for_change(public_id)
    services.must_be_changeable(contact)
    services.must_not_be_erased(contact)
    services.must_be_live(contact.enterprise)
    return _contact_page(_opened_contact(contact), contact)


def _opened_contact(contact: Contact) -> ContactForm:
    form = ContactForm(
        formdata=None,
        version=contact.version,
        name=contact.personal.name,
        post=contact.post,
        is_decider=contact.is_decider,
        purpose=contact.purpose,
    )
    form.phone.stands = masked_phone(contact.personal.phone) or ""
    form.email.stands = masked_email(contact.personal.email) or ""
    return form


def _contact_page(form: ContactForm, contact: Contact) -> str:
    return render_template(
        "enterprises/contact_form.html",
        form=form,
        row=contact.enterprise,
        contact=contact,
        shown=contact_row(contact, policy.rights(require_actor(), contact.enterprise)),
    )


@bp.post("/contacts/<public_id>/edit")
@requires(P.ENTERPRISES_WRITE)
def update_contact(public_id: str) -> Answer:
    """Saves a contact."""
    contact = contact_for_change(public_id)
    form = ContactForm()
    data, check = form.entered(), not form.not_duplicate.data

    def act() -> None:
        services.update_contact(contact, form.seen, data, check_duplicates=check)

    if saved(form, act, lambda: _opened_contact(contact)):
        return pages.done(page_of(contact.enterprise), "已保存")
    return _contact_page(form, queries.get_contact(public_id)), 422


@bp.post("/contacts/<public_id>/archive")
@requires(P.ENTERPRISES_WRITE)
def archive_contact(public_id: str) -> Response:
    """Takes a person off the page."""
    contact = contact_for_change(public_id)
    services.archive_contact(contact, seen_version())
    undo = (url_for("enterprises.restore_contact", public_id=public_id), {"version": contact.version})
    return pages.done(page_of(contact.enterprise), "联系人已归档", undo=undo)


@bp.post("/contacts/<public_id>/restore")
@requires(P.ENTERPRISES_WRITE)
def restore_contact(public_id: str) -> Response:
    """Puts an archived contact back on the page of their company."""
    contact = contact_for_change(public_id)
    services.restore_contact(contact, seen_version())
    return pages.done(page_of(contact.enterprise), "联系人已恢复")


@bp.post("/contacts/<public_id>/reveal")
@requires(P.CONTACTS_UNMASK)
@costs(policy.REVEAL_CLICKS)
def reveal_contact(public_id: str) -> str:
    """Shows a number once; the look is in the audit before the number is on the screen."""
    contact = contact_for_change(public_id)
    phone, email = services.reveal_contact(contact)
    db.session.commit()
    end_writing()
    template = "enterprises/_revealed.html" if is_partial() else "enterprises/revealed.html"
    return render_template(template, contact=contact, phone=phone, dial=dialled(phone), email=email)


@bp.get("/contacts/reveals")
@requires(P.REVEALS_READ)
def reveals() -> str:
    """查看号码: who opened how many, and who confirmed whose visits on the day."""
    return render_template(
        "enterprises/reveals.html", rows=queries.numbers_opened(), vouched=queries.vouched_for()
    )
