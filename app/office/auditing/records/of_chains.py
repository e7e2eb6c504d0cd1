"""What is called how of industry chains: their links, who and what belongs to them, whom they want."""

from app.office.auditing.records.kinds import NamedKind, as_text, joined
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetFact, TargetNode
from app.register.accounts.models import Person
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains.models import Chain, ChainNode, NodeJudgement
from app.register.enterprises.models import Enterprise
from app.register.placements.models import NodePlacement
from app.register.posts.models import ChainPost
from app.register.signs.models import ExpansionSign

_company = as_text(Enterprise.name)
_of_anchor = (Enterprise, Enterprise.id == ChainAnchor.enterprise_id)
_of_target = (Enterprise, Enterprise.id == TargetEnterprise.enterprise_id)

OF_CHAINS: dict[str, NamedKind] = {
    "chain_node": NamedKind(ChainNode.id, ChainNode.name, ChainNode.__table__, ChainNode.public_id),
    "node_judgement": NamedKind(
        NodeJudgement.id,
        as_text(ChainNode.name) + " " + as_text(NodeJudgement.effective_on),
        joined(NodeJudgement, (ChainNode, ChainNode.id == NodeJudgement.node_id)),
    ),
    "node_placement": NamedKind(
        NodePlacement.id,
        _company + " " + ChainNode.name,
        joined(
            NodePlacement,
            (Enterprise, Enterprise.id == NodePlacement.enterprise_id),
            (ChainNode, ChainNode.id == NodePlacement.node_id),
        ),
        NodePlacement.public_id,
    ),
    "chain_post": NamedKind(
        ChainPost.id,
        as_text(Person.name) + " " + Chain.name,
        joined(
            ChainPost,
            (Person, Person.id == ChainPost.person_id),
            (Chain, Chain.id == ChainPost.chain_id),
        ),
        ChainPost.public_id,
    ),
    "chain_anchor": NamedKind(
        ChainAnchor.id,
        _company + " " + Chain.name,
        joined(ChainAnchor, _of_anchor, (Chain, Chain.id == ChainAnchor.chain_id)),
        ChainAnchor.public_id,
    ),
    "anchor_need": NamedKind(
        AnchorNeed.id,
        _company + " " + AnchorNeed.what,
        joined(AnchorNeed, (ChainAnchor, ChainAnchor.id == AnchorNeed.anchor_id), _of_anchor),
        AnchorNeed.public_id,
    ),
    "expansion_sign": NamedKind(
        ExpansionSign.id,
        _company + " " + as_text(ExpansionSign.happened_on),
        joined(ExpansionSign, (Enterprise, Enterprise.id == ExpansionSign.enterprise_id)),
        ExpansionSign.public_id,
    ),
    "target": NamedKind(
        TargetEnterprise.id,
        Enterprise.name,
        joined(TargetEnterprise, _of_target),
        TargetEnterprise.public_id,
    ),
    "target_node": NamedKind(
        TargetNode.id,
        Enterprise.name,
        joined(TargetNode, (TargetEnterprise, TargetEnterprise.id == TargetNode.target_id), _of_target),
    ),
    "target_entry": NamedKind(
        TargetEntry.id, as_text(TargetEntry.effective_on) + " 那一行", TargetEntry.__table__
    ),
    "target_fact": NamedKind(
        TargetFact.id,
        Enterprise.name,
        joined(TargetFact, (TargetEnterprise, TargetEnterprise.id == TargetFact.target_id), _of_target),
        TargetFact.public_id,
    ),
}
