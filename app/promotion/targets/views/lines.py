"""Targets on the pages of others, and where they name somebody."""

from flask import url_for

from app.core.access.auth import Actor
from app.core.records.kinds import subject_kind
from app.core.values.clock import today
from app.core.values.registries import Naming, PagePart, Related, RelatedRow, Sought, beside
from app.promotion.targets import policy, queries, rules
from app.promotion.targets.listing import TARGETS
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.views.blueprint import page_of
from app.promotion.visits.queries import last_contacts
from app.register.accounts.enums import Permission as P
from app.register.chains.models import Chain, ChainNode

_ON_NODE = 20

KIND = subject_kind(
    policy.TARGET_ACCESS,
    endpoint="targets.detail",
    reads=P.TARGETS_READ,
    found=queries.get_target,
    may_change=policy.may_change,
)


def list_of(chain: Chain) -> str:
    """The address of the targets of a chain, in the list."""
    return url_for("targets.index", **TARGETS.address(TARGETS.asked({"chain": chain})))


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The targets that a company is or was, for the side of its page."""
    if not actor.may(P.TARGETS_READ):
        return None
    found = queries.targets_of(enterprise_id, actor)
    rows = [RelatedRow(_nodes(target) or "目标企业", page_of(target), _words(target)) for target in found]
    return beside(
        "目标企业",
        rows,
        lambda: url_for("targets.index", enterprise=found[0].enterprise.public_id, state="all"),
    )


def _nodes(target: TargetEnterprise) -> str:
    return "、".join(row.node.name for row in target.wanted_for)


def _words(target: TargetEnterprise) -> str:
    holder = target.owner.name if target.owner else (target.team or target.unit).name
    return f"{target.stage.label}　{holder}"


def on_node(node: ChainNode, actor: Actor) -> PagePart | None:
    """The targets of a link on its page, with how long each has been silent."""
    if not actor.may(P.TARGETS_READ):
        return None
    found = queries.targets_on(node, actor, _ON_NODE)
    met = last_contacts(target.enterprise_id for target in found)
    rows = [
        (target, rules.silence(met.get(target.enterprise_id), target.registered_on, today()))
        for target in found[:_ON_NODE]
    ]
    shown = {
        "node": node,
        "rows": rows,
        "more": len(found) > _ON_NODE,
        "may_write": actor.may(P.TARGETS_WRITE) and not node.chain.is_archived,
    }
    return PagePart("targets/_on_node.html", shown)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The targets whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.TARGETS_READ):
        return []
    return [
        Naming(
            "target",
            target.public_id,
            RelatedRow(target.name, page_of(target), "目标企业：来源、说明、归档原因或台账"),
        )
        for target in queries.naming(sought, actor)
    ]
