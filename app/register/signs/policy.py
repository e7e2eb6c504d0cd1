"""Who may see and write signs: they are public facts of a company, so whoever reads companies reads them, and
whoever enters companies enters and puts right any of them, as they do with what is public of a company.
"""

from app.core.access.auth import Actor
from app.register.accounts.enums import Permission
from app.register.signs.models import ExpansionSign


def may_read(actor: Actor) -> bool:
    return actor.may(Permission.ENTERPRISES_READ)


def may_write(actor: Actor, _sign: ExpansionSign) -> bool:
    """They change, archive and restore it."""
    return actor.may(Permission.ENTERPRISES_WRITE)


def may_change(actor: Actor, sign: ExpansionSign) -> bool:
    """An archived one is read-only, and one of an archived company."""
    return not sign.is_archived and not sign.enterprise.is_archived and may_write(actor, sign)
