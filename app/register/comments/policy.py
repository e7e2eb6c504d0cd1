"""Who may say something on a record, change it and take it back. Whoever sees the record reads it."""

from app.core.access.auth import Actor
from app.register.accounts.enums import Permission
from app.register.comments.models import Comment
from app.register.comments.rules import is_fresh


def may_write(actor: Actor) -> bool:
    """Whether somebody who sees a record may say something on it: also a leader, who changes nothing else."""
    return actor.may(Permission.COMMENTS_WRITE)


def may_change(actor: Actor, row: Comment) -> bool:
    """Its author, for as long as nobody is likely to have acted on it."""
    return may_write(actor) and actor.person_id == row.author_id and is_fresh(row.created_at)


def may_take_back(actor: Actor, row: Comment) -> bool:
    """Its author for as long, and the bureau's head, who corrects what others wrote, at any time."""
    return may_change(actor, row) or (may_write(actor) and actor.may(Permission.LEADS_CORRECT))
