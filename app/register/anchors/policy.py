"""Who says which companies are anchors of a chain: the heads of the 招商局, whose picture of the county the
chain is. What an anchor buys and cannot get here is no judgement but a fact that whoever has been to the
factory knows best: the officers who decide where companies belong write it, with its source.

Whoever reads chains and companies reads both.
"""

from app.core.access.auth import Actor
from app.register.accounts.enums import Permission as P
from app.register.chains.models import Chain


def may_read(actor: Actor) -> bool:
    return actor.may(P.CHAINS_READ) and actor.may(P.ENTERPRISES_READ)


def may_name(actor: Actor, chain: Chain) -> bool:
    """Say that a company is an anchor; an archived chain is read-only."""
    return actor.may(P.CHAINS_WRITE) and not chain.is_archived


def may_tell(actor: Actor, chain: Chain) -> bool:
    """Write what an anchor needs."""
    return actor.may(P.PLACEMENTS_DECIDE) and not chain.is_archived
