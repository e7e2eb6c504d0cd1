"""What the plan of a company is drafted from: its score, the links that it is wanted for, its signs, whom we
know there, what is bought here.
"""

from collections.abc import Mapping

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.campaigns.models import CampaignTarget
from app.promotion.targets.enums import ScorePart
from app.promotion.targets.queries import of_target, scores_of
from app.promotion.targets.rules import PartScore
from app.register.anchors.queries import ties_of
from app.register.enterprises.queries import who_knows

_MOST = 4  # of each kind
NEVER = (
    "税收返还、土地出让金返还、按纳税或产值给补贴、电价和收费优惠，一律不谈、不写、不口头承诺"
    "（《公平竞争审查条例》）；要给的政策先走公平竞争审查。"
)


def drafted(row: CampaignTarget, actor: Actor) -> Mapping[str, str]:
    """A first text for each field of the plan, out of what the library knows today."""
    db.session.refresh(row.target, ["wanted_for"])
    score = scores_of([of_target(row.target)])[0]
    parts = {one.part: one for one in score.parts}
    nodes = [wanted.node for wanted in row.target.wanted_for]
    links = "、".join(node.name for node in nodes)
    why = [f"补我们的环节：{links}。"] if links else []
    if score.is_vetoed:
        why.append(f"{score.words}，先查清再接触。")
    why += _told(parts[ScorePart.EXPANSION]) + _told(parts[ScorePart.STRENGTH])
    needs = [
        f"{tie.company}要买：{tie.what}。"
        for tie in ties_of([node.id for node in nodes], today())
        if tie.needs
    ]
    return {
        "why": "\n".join(why),
        "known": "\n".join(_known(row, actor) + _told(parts[ScorePart.REACH])),
        "offer": "\n".join([*needs[:_MOST], *_told(parts[ScorePart.SITE])]),
        "never_offer": NEVER,
    }


def _told(part: PartScore) -> list[str]:
    return [f"{fact.words}（{fact.by.source}）。" for fact in part.facts[:_MOST]]


def _known(row: CampaignTarget, actor: Actor) -> list[str]:
    known = who_knows([row.enterprise_id], actor).get(row.enterprise_id, [])
    return [f"{one.name}（{one.unit}）：{'、'.join(one.hows)}，最近 {one.on}。" for one in known[:_MOST]]
