"""The field 企业 of other forms: the company that was meant, or a new one by its name alone.

A room beside `views`, for the views of higher features: it reads a form and says what the page offers.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from flask import request

from app.core.access.auth import require_actor
from app.core.storage.db import end_writing
from app.core.values.clean import clean_line
from app.core.values.errors import RuleBroken
from app.register.accounts.enums import Permission
from app.register.enterprises import queries, services
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import Suspects
from app.register.enterprises.services import EnterpriseData

NEW = "new"  # what a picker sends for 登记「…」并继续 in the place of a public id
CHOSEN, REGISTER, NOT_SAME = "chosen", "register", "not_same"  # buttons of the form, each with its value


class Picked(Protocol):
    """A form with the company field and the id of what was picked from the suggestions."""

    enterprise: Any
    enterprise_id: Any


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page says of a name that nobody has registered. `decided`: it is registered at the next
    saving; otherwise `button` names the one that registers it.
    """

    name: str
    suspects: Suspects
    may_register: bool
    decided: str = ""

    @property
    def button(self) -> str:
        return NOT_SAME if self.suspects.total else REGISTER


def meant(form: Picked) -> Enterprise | None:
    """The company that was picked; what was typed counts when it no longer is what was picked."""
    typed = form.enterprise.data or ""
    picked = queries.read_enterprise(clean_line(form.enterprise_id.data or ""))
    return picked if picked and typed in ("", picked.name) else queries.read_enterprise(typed)


def take_choice(form: Picked) -> bool:
    """Whether the form was sent by 就是这家 beside a company that is like the typed name: it stands in the
    form from then on, and nothing was saved.
    """
    picked = queries.read_enterprise(clean_line(request.form.get(CHOSEN, ""))[:16])
    if picked is None:
        return False
    form.enterprise.data, form.enterprise_id.data = picked.name, picked.public_id
    end_writing()
    return True


def company_of(form: Picked) -> Enterprise:
    """The company of a form, registered by its name alone when its writer said so; the caller commits it with
    what hangs on it. Raises RuleBroken({"enterprise": sentence}).
    """
    found = meant(form)
    if found is not None:
        return found
    offer = offer_for(form)
    if offer is None or not offer.decided:
        raise RuleBroken({"enterprise": _why_not(offer)})
    try:
        return services.create_enterprise(EnterpriseData(name=offer.name))
    except RuleBroken as broken:
        raise RuleBroken({"enterprise": "；".join(broken.problems.values())}) from None


def _why_not(offer: Offer | None) -> str:
    said = queries.why_not_one(offer.name) if offer else queries.NOBODY
    if offer is None or not offer.may_register or said != queries.NOBODY:
        return said
    if offer.suspects.total:
        return "库里没有这家企业，有名称相近的。是其中一家请点「就是这家」，不是请点「登记并继续」"
    return "库里没有这家企业。写对了请点「登记并继续」，只凭名称就能登记，其余以后补"


def offer_for(form: Picked) -> Offer | None:
    """What is offered for the name in the form; None when nothing is typed or the company is known."""
    name = form.enterprise.data or ""
    if not name or meant(form) is not None:
        return None
    suspects = queries.find_duplicates(name, None)
    may_register = require_actor().may(Permission.ENTERPRISES_WRITE)
    offer = Offer(name, suspects, may_register)
    # Each decision is for the name it was made for, and for a look at what is like it.
    said = clean_line(request.values.get(offer.button, ""))
    is_new = said == name or (form.enterprise_id.data == NEW and not suspects.total)
    return Offer(name, suspects, may_register, offer.button) if is_new and may_register else offer
