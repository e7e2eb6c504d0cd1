"""Why a lead leaves the lists."""

from app.core.records.archiving import ArchiveForm
from app.core.values.labels import label_of
from app.core.web.forms import Radios, VersionedForm, line_field
from app.promotion.leads.enums import StepsThen
from app.promotion.leads.models import Lead


class VoidForm(VersionedForm):
    counts = line_field(
        label_of(Lead.duplicate_of_id),
        20,
        required="写那一条的编号，例如：XS-2026-0012",
        hint="写编号，例如：XS-2026-0012",
    )
    note = line_field("说明", 200)


class ArchiveLeadForm(ArchiveForm):
    steps = Radios("没办完的下一步和承诺", choices=StepsThen.choices(), default=StepsThen.DROP.value)
