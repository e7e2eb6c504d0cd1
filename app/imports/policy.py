"""Who may see one import, and who may take it back: whoever ran it, and those who answer for the library."""

from sqlalchemy import ColumnElement, or_, true

from app.accounts.enums import Permission, Role
from app.core.auth import Actor
from app.imports.models import ImportBatch


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition for SQL; a batch without an owner came from a command of the administrator."""
    if Role.BUREAU_HEAD in actor.roles:
        return true()
    return or_(ImportBatch.owner_id == actor.person_id, ImportBatch.owner_id.is_(None))


def may_see(actor: Actor, batch: ImportBatch) -> bool:
    """The same for one batch."""
    return Role.BUREAU_HEAD in actor.roles or batch.owner_id in {actor.person_id, None}


def may_restore(actor: Actor) -> bool:
    """Whether an import of this person may bring archived companies back."""
    return actor.may(Permission.ENTERPRISES_ARCHIVE)


def may_undo(actor: Actor, batch: ImportBatch) -> bool:
    """One without an owner, which every officer may look at, only the bureau's head and the administrator."""
    if not actor.roles.isdisjoint({Role.BUREAU_HEAD, Role.ADMINISTRATOR}):
        return True
    return batch.owner_id is not None and batch.owner_id == actor.person_id
