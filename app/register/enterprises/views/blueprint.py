"""What the pages of companies share: the blueprint, and what is to be changed."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.web import pages
from app.register.enterprises import queries
from app.register.enterprises.models import Contact, Enterprise

bp = Blueprint("enterprises", __name__)
Answer = str | Response | tuple[str, int]


def page_of(row: Enterprise) -> str:
    return url_for("enterprises.detail", public_id=row.public_id)


def company_for_change(public_id: str) -> Enterprise:
    """The company that is to be changed; a refusal leads back to its page."""
    row = queries.get_enterprise(public_id)
    pages.refusal_leads_to(page_of(row))
    return row


def contact_for_change(public_id: str) -> Contact:
    contact = queries.get_contact(public_id)
    pages.refusal_leads_to(page_of(contact.enterprise))
    return contact
