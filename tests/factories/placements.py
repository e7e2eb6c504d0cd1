"""Companies on links in the states that matter."""

from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements import services
from app.register.placements.enums import HitPlace
from app.register.placements.models import NodePlacement
from app.register.placements.rules import WordHit
from tests.factories.enterprises import make_enterprise

SEPARATOR = WordHit("隔膜", HitPlace.SCOPE, "锂电池隔膜制造", 60.0)


def a_company(name: str, scope: str = "", **fields: Any) -> Enterprise:
    row: Enterprise = make_enterprise(name, scope=scope, **fields)
    db.session.commit()
    return row


def a_proposal(
    node: ChainNode, company: Enterprise, *hits: WordHit, score: int = 80, **fields: Any
) -> NodePlacement:
    """As the job leaves one, committed."""
    told = {"engine": "1", "score": score, "hits": WordHit.kept(hits or (SEPARATOR,)), "proposed_on": today()}
    row = NodePlacement(node_id=node.id, enterprise_id=company.id, **(told | fields))
    db.session.add(row)
    db.session.commit()
    return row


def confirmed(who: Actor, node: ChainNode, company: Enterprise) -> NodePlacement:
    row = a_proposal(node, company)
    with acting_as(who):
        services.confirm(row, row.version)
        db.session.commit()
    return row


def refused(who: Actor, node: ChainNode, company: Enterprise, *hits: WordHit) -> NodePlacement:
    row = a_proposal(node, company, *hits)
    with acting_as(who):
        services.refuse(row, row.version, "只做分切")
        db.session.commit()
    return row
