"""Who may see and change an outing: its own and whoever goes along; leaders see all."""

from app.core.access.auth import Actor
from app.core.access.scopes import Access, Members
from app.promotion.outings.models import Outing, OutingMember
from app.register.accounts.enums import Permission

OUTING_ACCESS = Access(Outing, Members(Outing.members, OutingMember.outing_id))
visible, may_see = OUTING_ACCESS.visible, OUTING_ACCESS.may_see


def may_write(actor: Actor, outing: Outing) -> bool:
    """Whoever sees it and may write any: they change, archive and restore it."""
    return actor.may(Permission.OUTINGS_WRITE) and may_see(actor, outing)


def may_change(actor: Actor, outing: Outing) -> bool:
    """An archived one is read-only."""
    return not outing.is_archived and may_write(actor, outing)
