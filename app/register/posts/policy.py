"""Who says who holds the posts of a chain: the heads of the 招商局, who keep the chains, and the
administrator, who keeps people, units and resident teams. Neither sees more by it: the heads see the whole
county already, and of what a post opens the administrator may read nothing. A post opens work of others, so
nobody else gives one, also not its leader.

Whoever reads chains reads who is charged with them.
"""

from app.core.access.auth import Actor
from app.register.accounts.enums import Permission
from app.register.chains.models import Chain

RIGHT = Permission.CHAIN_POSTS


def may_change(actor: Actor, chain: Chain) -> bool:
    """Whether somebody may give, end and correct the posts of a chain; an archived one is read-only."""
    return actor.may(RIGHT) and not chain.is_archived
