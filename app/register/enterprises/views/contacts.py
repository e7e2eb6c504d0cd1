"""The people of a company; their numbers are opened one by one."""

from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db, end_writing
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.forms import seen_version
from app.core.web.htmx import is_partial
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.enterprises import policy, queries, services
from app.register.enterprises.forms import ContactForm
from app.register.enterprises.models import Contact
from app.register.enterprises.rules import dialled, masked_email, masked_phone
from app.register.enterprises.views.blueprint import (
    Answer,
    bp,
    company_for_change,
    contact_for_change,
    page_of,
)


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
    row = company_for_change(public_id)
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
