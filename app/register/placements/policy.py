"""Who may decide where a company belongs: the heads of the 招商局, who keep the chains, and its officers and
those of the parks, who know the companies. That is no judgement on how a link stands here, which stays with
the head (`chains.policy`), but a fact that whoever has seen the factory knows best; it carries their name, a
colleague sets it right, and the ledger keeps both. Residents meet companies elsewhere and see local ones
seldom; what they know they write as a comment. A job proposes and decides nothing.

Whoever reads companies and chains reads placements: what they say stands in the open register.
"""

from app.core.access.auth import Actor
from app.register.accounts.enums import Permission
from app.register.placements.models import NodePlacement


def may_read(actor: Actor) -> bool:
    """Whether somebody sees who stands on links at all: both of what a placement joins is open to them."""
    return actor.may(Permission.CHAINS_READ) and actor.may(Permission.ENTERPRISES_READ)


def may_decide(actor: Actor) -> bool:
    """Whether somebody decides on placements at all."""
    return actor.may(Permission.PLACEMENTS_DECIDE)


def may_change(actor: Actor, row: NodePlacement) -> bool:
    """Whether this one is still to be decided on: neither its chain nor its company is archived."""
    return may_decide(actor) and not row.is_archived
