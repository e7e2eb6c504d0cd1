"""Who may see one import, and who may take it back: whoever ran it, and those who answer for the library."""

from sqlalchemy import ColumnElement, false, or_, true

from app.accounts.enums import Permission, Role
from app.core.auth import Actor
from app.imports.models import ImportBatch


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition for SQL. A batch without an owner came from a command on the server: its workbook holds
    the names and phones of a whole list, so only who answers for the library or for the server sees it.
    """
    if Role.BUREAU_HEAD in actor.roles:
        return true()
    owners = [ImportBatch.owner_id == actor.person_id] if actor.person_id is not None else []
    if Role.ADMINISTRATOR in actor.roles:
        owners.append(ImportBatch.owner_id.is_(None))
    return or_(false(), *owners)


def may_see(actor: Actor, batch: ImportBatch) -> bool:
    """The same for one batch."""
    if Role.BUREAU_HEAD in actor.roles:
        return True
    if batch.owner_id is None:
        return Role.ADMINISTRATOR in actor.roles
    return batch.owner_id == actor.person_id


def may_restore(actor: Actor) -> bool:
    """Whether an import of this person may bring archived companies back."""
    return actor.may(Permission.ENTERPRISES_ARCHIVE)


def may_undo(actor: Actor, batch: ImportBatch) -> bool:
    """One without an owner only the bureau's head and the administrator."""
    if not actor.roles.isdisjoint({Role.BUREAU_HEAD, Role.ADMINISTRATOR}):
        return True
    return batch.owner_id is not None and batch.owner_id == actor.person_id
