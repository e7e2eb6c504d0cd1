"""Companies are open to everybody with ENTERPRISES_READ; what stands here is who may see their people."""

from app.accounts.enums import Permission
from app.core.auth import Actor


def may_see_contacts(actor: Actor) -> bool:
    """Whether the people of a company are shown at all (their numbers stay masked)."""
    return actor.may(Permission.CONTACTS_READ)
