"""Who may see and change a gathering."""

from app.core.access.auth import Actor
from app.core.access.scopes import Access
from app.promotion.gatherings.models import Gathering
from app.register.accounts.enums import Permission

GATHERING_ACCESS = Access(Gathering)
visible, may_see = GATHERING_ACCESS.visible, GATHERING_ACCESS.may_see


def may_write(actor: Actor, gathering: Gathering) -> bool:
    """Whoever sees it and may write any: they change, archive and restore it."""
    return actor.may(Permission.GATHERINGS_WRITE) and may_see(actor, gathering)


def may_change(actor: Actor, gathering: Gathering) -> bool:
    """An archived one is read-only."""
    return not gathering.is_archived and may_write(actor, gathering)
