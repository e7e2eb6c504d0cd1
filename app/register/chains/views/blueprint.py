"""What the parts of these pages share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.values.errors import NotAllowed
from app.core.values.registries import PagePart, Registry
from app.core.web import pages
from app.register.chains import policy, queries
from app.register.chains.models import Chain, ChainNode

bp = Blueprint("chains", __name__)
Answer = str | Response | tuple[str, int]


def page_of(chain: Chain) -> str:
    return url_for("chains.detail", public_id=chain.public_id)


def page_of_node(node: ChainNode) -> str:
    return url_for("chains.node", public_id=node.public_id)


def chain_for_change(public_id: str) -> Chain:
    """The chain that is to be changed; a refusal leads back to its page."""
    chain = queries.get_chain(public_id)
    pages.refusal_leads_to(page_of(chain))
    must_be_live(chain)
    if not policy.may_change(require_actor(), chain):
        raise NotAllowed
    return chain


def node_for_change(public_id: str) -> ChainNode:
    """The same of a link."""
    node = queries.get_node(public_id)
    pages.refusal_leads_to(page_of_node(node))
    must_be_live(node.chain)
    if not policy.may_change(require_actor(), node.chain):
        raise NotAllowed
    return node


def parts_of(
    asked: Registry[Callable[[Any, Any], PagePart | None]], row: Chain | ChainNode
) -> list[PagePart]:
    """What higher features show on the page of a chain or a link to whoever looks."""
    actor = require_actor()
    return [part for ask in asked.values() if (part := ask(row, actor))]
