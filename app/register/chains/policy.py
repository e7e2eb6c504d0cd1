"""Chains are open to everybody who reads companies; what stands here is who may change them.

A chain, its links and what these are judged to be are one picture for the whole county, on which its money
and its months are spent: so they are the 招商局's, in whose name its heads sign the map. Officers and
residents are judged by what they bring to a link, and would be judges in their own cause; they write what
they know as a comment. The administrator sets up the system and knows no industries: what they may change is
how it works, not what the county thinks, and a judgement carries the name of a person who answers for it.
"""

from app.core.access.auth import Actor
from app.register.accounts.enums import Permission
from app.register.chains.models import Chain


def may_write(actor: Actor, _chain: Chain) -> bool:
    """Write a chain as far as its state allows it; archiving and restoring it are among that."""
    return actor.may(Permission.CHAINS_WRITE)


def may_change(actor: Actor, chain: Chain) -> bool:
    """Change a chain, its links and what hangs on it; an archived one is read-only."""
    return actor.may(Permission.CHAINS_WRITE) and not chain.is_archived
