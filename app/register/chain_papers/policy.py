"""Which maps and lists a county keeps is said by the heads of the 招商局, as all of the picture of a chain.
Versions are uploaded by the officers who make them, with the heads: who decides where companies belong, as
with what anchors need. Whoever reads chains reads all of it.
"""

from app.core.access.auth import Actor
from app.register.accounts.enums import Permission as P
from app.register.chain_papers.models import ChainPaper, PaperKind
from app.register.chains.models import Chain


def may_read(actor: Actor) -> bool:
    return actor.may(P.CHAINS_READ)


def may_set(actor: Actor, _kind: PaperKind | None = None) -> bool:
    """Say which kinds there are."""
    return actor.may(P.CHAINS_WRITE)


def may_upload(actor: Actor, chain: Chain) -> bool:
    """Add a version; an archived chain is read-only."""
    return actor.may(P.PLACEMENTS_DECIDE) and not chain.is_archived


def may_write(actor: Actor, paper: ChainPaper) -> bool:
    """Write a version as far as its state allows it; archiving and restoring it are among that."""
    return may_upload(actor, paper.chain)


def may_change(actor: Actor, paper: ChainPaper) -> bool:
    """Put a version right, and its files; an archived one is read-only."""
    return may_write(actor, paper) and not paper.is_archived
