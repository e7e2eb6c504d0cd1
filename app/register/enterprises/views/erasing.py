"""The erasing of a contact is asked for and decided."""

from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SEARCHES
from app.core.values.errors import NotFound
from app.core.values.registries import Sought
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.enterprises import erasing, policy, queries
from app.register.enterprises.forms import AnswerForm, ConfirmErasingForm, ErasureForm
from app.register.enterprises.models import Contact, ContactErasure
from app.register.enterprises.views.blueprint import Answer, bp, contact_for_change, page_of
from app.register.enterprises.views.contacts import contact_row
from app.register.enterprises.views.named import as_kept, known_by_address, still_named


@bp.get("/contacts/<public_id>/erase")
@requires(P.ENTERPRISES_WRITE)
@costs(SEARCHES)
def erasing_contact(public_id: str) -> str:
    """Asks for the reason; once it was asked, what was asked and what this person may decide."""
    contact = contact_for_change(public_id)
    asked = queries.open_erasure(contact)
    erasing.must_concern(contact, asked)
    if asked is None and erasing.is_erased(contact):
        return _erased_page(contact)
    return _page(contact, asked)


def _erased_page(contact: Contact) -> str:
    sought = Sought(contact.public_id, contact.enterprise_id, known=known_by_address())
    return render_template(
        "enterprises/erased.html",
        contact=contact,
        done=queries.erasure_done(contact),
        named=still_named(sought),
    )


def _page(
    contact: Contact,
    asked: ContactErasure | None,
    refused: ErasureForm | AnswerForm | None = None,
    confirming: ConfirmErasingForm | None = None,
) -> str:
    """The forms are those of a page that was not taken: `refused` a reason to erase, or not to, `confirming`
    the last word.
    """
    actor = require_actor()
    rights = policy.rights(actor, contact.enterprise)
    more: dict[str, Any] = {}
    if asked is not None:
        more = {
            "changed": erasing.changed_since(asked),
            "is_own": asked.asked_by_id == actor.person_id,
            "may_decide": rights.decide(asked),
            "whom_to_ask": policy.why_no_decision(asked, actor),
            "confirming": confirming or ConfirmErasingForm(formdata=None),
        }
    form = refused or (
        AnswerForm(formdata=None, version=asked.version)
        if asked
        else ErasureForm(formdata=None, version=contact.version)
    )
    return render_template(
        "enterprises/erase.html",
        form=form.ready(),
        contact=contact,
        shown=contact_row(contact, rights),
        who_decides=policy.who_decides(actor.person_id),
        asked=asked,
        named=still_named(erasing.sought(contact)),
        **more,
    )


@bp.post("/contacts/<public_id>/erase")
@requires(P.ENTERPRISES_WRITE)
@once
def ask_erasure(public_id: str) -> Answer:
    """Passes on that a person wants to be erased."""
    contact = contact_for_change(public_id)
    form = ErasureForm()
    if not pages.took(form, lambda: erasing.ask_erasure(contact, form.seen, form.reason.data or "")):
        contact = queries.get_contact(public_id)
        return _page(contact, queries.open_erasure(contact), form), 422
    return pages.done(page_of(contact.enterprise), "已提出，等另一位同事确认后删除")


def _asked(public_id: str) -> ContactErasure:
    """The request in hand: with the contact, so that one that was decided meanwhile is told from none."""
    contact = contact_for_change(public_id)
    asked = queries.latest_erasure(contact)
    if asked is None:
        raise NotFound
    return asked


@bp.post("/contacts/<public_id>/erase/confirm")
@requires(P.ENTERPRISES_ARCHIVE)
def confirm_erasure(public_id: str) -> Answer:
    """Erases a contact's personal data for good, once it is ticked that this was meant."""
    asked, form = _asked(public_id), ConfirmErasingForm()
    erasing.must_decide(asked)
    if not pages.took(form, lambda: None):
        contact = queries.get_contact(public_id)
        return _page(contact, queries.open_erasure(contact), confirming=form), 422
    left = as_kept(still_named(erasing.sought(asked.contact)))
    erasing.confirm_erasure(asked, form.seen, form.contact_version.data)
    return pages.done(
        url_for("enterprises.erasing_contact", public_id=public_id, left=left), "个人信息已删除"
    )


@bp.post("/contacts/<public_id>/erase/refuse")
@requires(P.ENTERPRISES_ARCHIVE)
def refuse_erasure(public_id: str) -> Answer:
    """Says no, and why."""
    asked, form = _asked(public_id), AnswerForm()
    if not pages.took(form, lambda: erasing.refuse_erasure(asked, form.seen, form.reason.data or "")):
        contact = queries.get_contact(public_id)
        return _page(contact, queries.open_erasure(contact), form), 422
    return pages.done(page_of(asked.contact.enterprise), "已记下不同意，联系人保留")


@bp.post("/contacts/<public_id>/erase/withdraw")
@requires(P.ENTERPRISES_WRITE)
def withdraw_erasure(public_id: str) -> Response:
    """Takes one's own request back."""
    asked = _asked(public_id)
    erasing.withdraw_erasure(asked, seen_version())
    return pages.done(page_of(asked.contact.enterprise), "申请已撤销")
