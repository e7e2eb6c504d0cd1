"""Who may see and change a sample."""

from app.core.access.auth import Actor
from app.core.access.scopes import Access
from app.promotion.samples.models import Sample
from app.register.accounts.enums import Permission

SAMPLE_ACCESS = Access(Sample)
visible, may_see = SAMPLE_ACCESS.visible, SAMPLE_ACCESS.may_see


def may_write(actor: Actor, sample: Sample) -> bool:
    """Whoever sees it and may write any: they change, archive and restore it."""
    return actor.may(Permission.SAMPLES_WRITE) and may_see(actor, sample)


def may_change(actor: Actor, sample: Sample) -> bool:
    """An archived one is read-only."""
    return not sample.is_archived and may_write(actor, sample)
