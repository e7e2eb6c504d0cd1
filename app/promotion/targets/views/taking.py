"""Several companies are taken up as targets at once: from the list of companies, or from the candidates of a
link.
"""

from typing import Any

from flask import url_for

from app.core.access.auth import require_actor
from app.core.records.acts import Act
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.web import pages
from app.promotion.leads.enums import LeadSource
from app.promotion.targets import queries
from app.promotion.targets.forms import TakeUpForm
from app.promotion.targets.views.entering import taken_up
from app.promotion.targets.views.typed import with_holders, with_nodes
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.chains import queries as chains
from app.register.enterprises.queries import get_enterprise


def _form(**given: Any) -> TakeUpForm:
    """In one's own name, from today on; for the link whose candidates they were."""
    asked = pages.read_text("at", 16) if "formdata" in given else ""  # what was sent says its own links
    me = db.session.get_one(Person, require_actor().person_id)
    first: dict[str, Any] = {"registered_on": today(), "owner": me.public_id}
    if asked:
        nodes = [node.public_id for node in queries.nodes_by_public_id([asked])]
        first |= {"nodes": nodes, "method": LeadSource.CHAIN.value}
    return with_nodes(with_holders(TakeUpForm(**{**first, **given})))


def _candidates(at: str) -> tuple[str, str] | None:
    try:
        node = chains.get_node(at)
    except NotFound:
        return None
    return f"{node.name}的候选企业", url_for("targets.candidates", public_id=node.public_id)


def _take_up(public_id: str, form: Any) -> None:
    taken_up(get_enterprise(public_id), form)


TAKE_UP = Act(
    name="target", verb="列为目标", right=P.TARGETS_WRITE, form=_form, on=_take_up, begun_at=_candidates
)
