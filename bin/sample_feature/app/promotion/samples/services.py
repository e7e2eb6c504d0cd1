"""Writes of samples: entered, changed, archived. Never commits."""

from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.holding import held
from app.core.records.versions import archived, claim
from app.core.storage.db import db
from app.core.values.errors import NotAllowed
from app.promotion.samples import policy, queries
from app.promotion.samples.models import Sample
from app.promotion.steps.services import drop_if_archived, give, hand_over
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person

_NOT_THEIRS = "只有看得到这个样例、又能登记样例的人可以改、归档和恢复"


@dataclass(frozen=True, slots=True)
class SampleData:
    """What is typed about a sample."""

    name: str
    day: date
    owner: Person
    notes: str = ""


def create_sample(data: SampleData) -> Sample:
    """Enters a sample in the name of who acts."""
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.SAMPLES_WRITE):
        raise NotAllowed
    sample = Sample(author_id=actor.person_id)
    _write(sample, data)
    db.session.add(sample)
    db.session.flush()
    return sample


def change_sample(sample: Sample, version: int | None, data: SampleData) -> None:
    """Changes a sample; its steps go with it to a new owner. Raises NotAllowed, and
    Stale when somebody else saved since `version`.
    """
    if not policy.may_write(require_actor(), sample):
        raise NotAllowed(_NOT_THEIRS)
    claim(sample, version or 0, fixed=lambda: archived(sample))
    must_be_live(sample)
    _write(sample, data)
    db.session.flush()


def _write(sample: Sample, data: SampleData) -> None:
    sample.name, sample.day, sample.notes = data.name, data.day, data.notes
    give(sample, data.owner)


ARCHIVING = Archiving(
    right=Permission.SAMPLES_WRITE,
    found=queries.get_sample,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=drop_if_archived,
)
HELD_SAMPLES = held(Sample, "个样例", hand_over)
