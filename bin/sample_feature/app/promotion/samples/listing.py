"""The list of samples, declared."""

from app.core.records.columns import day, holder, leading, of
from app.core.records.filters import Archived, Text, days
from app.core.records.listing import Listing
from app.core.records.tabs import whose
from app.promotion.samples import policy, queries
from app.promotion.samples.models import Sample
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.tags.filters import ByTag

SAMPLES = Listing(
    model=Sample,
    title="样例",
    counter="个",
    reads=Permission.SAMPLES_READ,
    takes=Permission.LISTS_EXPORT,
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
    views=whose(Sample.owner_id, Sample.unit_id, Sample.team_id),
    sorted_by="-day",
    columns=(
        leading(Sample.name, width="name"),
        day(Sample.day, phone="sum", sorts=True),
        of(Sample.owner_id, phone="owner", kind="nowrap"),
        holder(Sample.unit_id),
        of(Sample.notes, width="wide", phone="note"),
    ),
)
