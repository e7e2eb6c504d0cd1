"""Pages on which the erasing of a contact is asked for and decided. A room beside `views`, whose blueprint it
shares.
"""

from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from app.accounts.enums import Permission
from app.core import pages
from app.core.auth import require_actor
from app.core.errors import NotFound
from app.core.forms import seen_version
from app.core.idempotency import once
from app.core.permissions import requires
from app.enterprises import erasing, policy, queries
from app.enterprises.forms import AnswerForm, ConfirmForm, ErasureForm
from app.enterprises.models import Contact, ContactErasure
from app.enterprises.views import Answer, bp, contact_for_change, contact_row, page_of

P = Permission
__all__ = ["bp"]


@bp.get("/contacts/<public_id>/erase")
@requires(P.ENTERPRISES_WRITE)
def erasing_contact(public_id: str) -> str:
    """Asks for the reason; once it was asked, what was asked and what this person may decide."""
    contact = contact_for_change(public_id)
    asked = queries.open_erasure(contact)
    erasing.must_concern(contact, asked)
    if asked is None:
        erasing.must_not_be_erased(contact)
    return _page(contact, asked)


def _page(
    contact: Contact, asked: ContactErasure | None, refused: ErasureForm | AnswerForm | None = None
) -> str:
    """`refused` is the form of the page that was not taken: a reason to erase, or not to."""
    actor = require_actor()
    rights = policy.rights(actor, contact.enterprise)
    more: dict[str, Any] = {}
    if asked is not None:
        more = {
            "changed": erasing.changed_since(asked),
            "is_own": asked.asked_by_id == actor.person_id,
            "may_decide": rights.decide(asked),
            "whom_to_ask": policy.why_no_decision(contact.enterprise, asked, actor),
        }
    form = refused or (
        AnswerForm(formdata=None, version=asked.version)
        if asked
        else ErasureForm(formdata=None, version=contact.version)
    )
    shown = contact_row(contact, rights)
    return render_template(
        "enterprises/erase.html", form=form.ready(), contact=contact, shown=shown, asked=asked, **more
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
        raise NotFound()
    return asked


@bp.post("/contacts/<public_id>/erase/confirm")
@requires(P.ENTERPRISES_ARCHIVE)
def confirm_erasure(public_id: str) -> Response:
    """Erases a contact's personal data for good."""
    asked, form = _asked(public_id), ConfirmForm()
    form.validate()
    erasing.confirm_erasure(asked, form.seen, form.contact_version.data)
    return pages.done(page_of(asked.contact.enterprise), "个人信息已删除")


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
