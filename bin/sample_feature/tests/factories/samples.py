"""Samples in the states that matter."""

from datetime import date

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.samples import services
from app.promotion.samples.models import Sample
from tests.factories.visits import person_of


def sample_data(
    owner: Actor, name: str = "样例一", day: date | None = None, notes: str = "先看一看"
) -> services.SampleData:
    return services.SampleData(name, day or today(), person_of(owner), notes)


def a_sample(owner: Actor, **told: object) -> Sample:
    """Entered by its owner, committed."""
    with acting_as(owner):
        sample = services.create_sample(sample_data(owner, **told))
        db.session.commit()
    return sample


def an_archived_sample(owner: Actor, **told: object) -> Sample:
    sample = a_sample(owner, **told)
    with acting_as(owner):
        services.ARCHIVING.archive(sample, sample.version, "记重了")
        db.session.commit()
    return sample
