"""Anchors on the pages of chains, links and companies, and where their texts name somebody."""

from flask import url_for

from app.core.access.auth import Actor
from app.core.values import money
from app.core.values.clock import today
from app.core.values.registries import Naming, PagePart, Related, RelatedRow, Sought, beside
from app.register.anchors import policy, queries
from app.register.anchors.models import AnchorNeed
from app.register.anchors.views.blueprint import page_of
from app.register.chains.models import Chain, ChainNode


def on_chain(chain: Chain, actor: Actor) -> PagePart | None:
    """The anchors of a chain with what they need, those of today first."""
    if not policy.may_read(actor):
        return None
    rows, day = queries.anchors_of(chain.id), today()
    shown = {
        "chain": chain,
        "anchors": sorted(rows, key=lambda row: not row.days.covers(day)),
        "is_now": lambda row: row.days.covers(day),
        "days": lambda row: row.days.words,
        "node_of": queries.node_of,
        "may_name": policy.may_name(actor, chain),
        "may_tell": policy.may_tell(actor, chain),
    }
    return PagePart("anchors/_on_chain.html", shown)


def on_node(node: ChainNode, actor: Actor) -> PagePart | None:
    """What anchors of today need of a link."""
    if not policy.may_read(actor):
        return None
    needs = queries.needs_of_node(node.id, today())
    may_change = policy.may_tell(actor, node.chain)
    return PagePart("anchors/_on_node.html", {"needs": needs, "may_change": may_change}) if needs else None


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The chains of which a company is an anchor and what it needs, for the side of its page."""
    if not policy.may_read(actor):
        return None
    found = queries.anchors_of_company(enterprise_id)
    rows = [
        RelatedRow(
            f"{row.chain.name}的链主",
            page_of(row.chain),
            "；".join([row.days.words, *(_told(need) for need in row.needs)]),
        )
        for row in found
    ]
    return beside("链主", rows, lambda: url_for("chains.index"))


def needs_beside(enterprise_id: int, actor: Actor) -> Related | None:
    """What anchors here buy of what a company makes, for the side of its page."""
    if not policy.may_read(actor):
        return None
    rows = [_bought(need, queries.node_of(need)) for need in queries.needs_beside(enterprise_id)]
    return beside("本地链主在买", rows, lambda: url_for("chains.index"))


def _bought(need: AnchorNeed, node: ChainNode) -> RelatedRow:
    return RelatedRow(
        f"{need.anchor.enterprise.name}{_told(need)}",
        url_for("chains.node", public_id=node.public_id),
        f"{need.anchor.chain.name} / {node.name}　{need.told_on.isoformat()}",
    )


def _told(need: AnchorNeed) -> str:
    return f"要买{need.what}" + (f"，一年{money.in_words(need.amount)}" if need.amount else "")


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The anchors and needs whose texts name somebody."""
    if not policy.may_read(actor):
        return []
    anchors = [
        Naming("chain_anchor", row.public_id, RelatedRow(row.chain.name, page_of(row.chain), "链主：备注"))
        for row in queries.anchors_naming(sought)
    ]
    needs = [
        Naming(
            "anchor_need",
            need.public_id,
            RelatedRow(need.anchor.chain.name, page_of(need.anchor.chain), "链主的采购需求"),
        )
        for need in queries.needs_naming(sought)
    ]
    return anchors + needs
