"""Where else somebody is named who is to be erased."""

from flask import request, url_for

from app.core.access.auth import Actor, require_actor
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import NAMED_IN, Naming, RelatedRow, Sought
from app.register.enterprises import policy, queries
from app.register.enterprises.models import Enterprise
from app.register.enterprises.views.blueprint import page_of

_MOST_KEPT = 100  # records that the address of the last page names: less than three thousand characters


def still_named(sought: Sought) -> list[Naming]:
    """Where else somebody is named, as far as this person sees."""
    actor = require_actor()
    return [one for ask in NAMED_IN.values() for one in ask(sought, actor)]


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The company and its people, whose own words may name somebody, for the same page."""
    row = queries.company_naming(sought)
    found = [Naming("enterprise", row.public_id, _company_row(row))] if row else []
    if not policy.may_see_contacts(actor):
        return found
    return found + [
        Naming(
            "contact",
            contact.public_id,
            RelatedRow(
                f"联系人 {contact.personal.name}",
                url_for("enterprises.edit_contact", public_id=contact.public_id),
                "职务或用途",
            ),
        )
        for contact in queries.contacts_naming(sought)
    ]


def _company_row(row: Enterprise) -> RelatedRow:
    return RelatedRow(row.name, page_of(row), "企业资料：名称、备注、经营范围、来源或归档原因")


def as_kept(found: list[Naming]) -> str | None:
    """The records that named somebody, for the address of the page after it: nobody can look them up by then,
    and nothing keeps them.
    """
    return " ".join(f"{one.kind}:{one.public_id}" for one in found[:_MOST_KEPT]) or None


def known_by_address() -> frozenset[tuple[str, str]]:
    """What the address names; only what this person may see of the company's records is shown of it."""
    pairs = (key.partition(":") for key in request.args.get("left", "").split()[:_MOST_KEPT])
    return frozenset(
        (kind, public_id) for kind, _colon, public_id in pairs if looks_like_public_id(public_id)
    )
