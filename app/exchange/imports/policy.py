"""Who may see one import, and who may take it back: whoever ran it, and those who answer for the library."""

from sqlalchemy import ColumnElement, false, true

from app.core.access.auth import Actor
from app.core.web.budgets import HOUR, Budget, declare
from app.exchange.imports.models import ImportBatch
from app.register.accounts.enums import Role

# Each reads a whole file, or all that an import did, row by row; jobs of others wait meanwhile.
TRIAL_RUNS = declare(
    Budget("trial_runs", "导入的试运行和撤销前的核对", "次", HOUR, 60, is_open_when_busy=True)
)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition for SQL. A batch without an owner came from a command on the server: its workbook holds
    the names and phones of a whole list, so only who answers for the library sees it.
    """
    if Role.BUREAU_HEAD in actor.roles:
        return true()
    return false() if actor.person_id is None else ImportBatch.owner_id == actor.person_id


def may_see(actor: Actor, batch: ImportBatch) -> bool:
    """The same for one batch."""
    is_own = batch.owner_id is not None and batch.owner_id == actor.person_id
    return is_own or Role.BUREAU_HEAD in actor.roles


def may_undo(actor: Actor, batch: ImportBatch) -> bool:
    """Whoever may see an import may take it back."""
    return may_see(actor, batch)
