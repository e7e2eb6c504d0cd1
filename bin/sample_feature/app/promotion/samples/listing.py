"""The list of samples, declared."""

from app.core.access.permissions import OURS, of_ours
from app.core.records.columns import Cell, of
from app.core.records.filters import Archived, Text, days
from app.core.records.listing import Listing, View
from app.promotion.samples import policy, queries
from app.promotion.samples.models import Sample
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.tags.filters import ByTag


def _name(sample: Sample) -> Cell:
    return Cell(sample.name, page=("samples.detail", sample.public_id))


SAMPLES = Listing(
    kind="sample",
    title="样例",
    noun="样例",
    counter="个",
    endpoint="samples.index",
    reads=Permission.SAMPLES_READ,
    takes=Permission.LISTS_EXPORT,
    key=Sample.id,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="名称", holds=queries.by_text, hint="名称或说明里的字"),
        ByPerson(column=Sample.owner_id),
        ByUnit(column=Sample.unit_id),
        ByTeam(column=Sample.team_id),
        *days(Sample.day, "日期不早于", "日期不晚于"),
        ByTag(column=Sample.public_id),
        Archived(column=Sample.archived_at),
    ),
    views={
        "all": View("全部"),
        "mine": View("我的", lambda actor: [Sample.owner_id == actor.person_id]),
        "team": View(OURS, lambda actor: [of_ours(actor, Sample.unit_id, Sample.team_id)]),
    },
    sorts={"day": Sample.day},
    sorted_by="-day",
    columns=(
        of(Sample.name, _name, width="name"),
        of(Sample.day, key="day", kind="date", width="date", phone="sum", sorts=True),
        of(Sample.owner_id, lambda one: one.owner.name, phone="owner", kind="nowrap"),
        of(Sample.unit_id, lambda one: (one.team or one.unit).name, kind="nowrap"),
        of(Sample.notes, width="wide", phone="note"),
    ),
)
