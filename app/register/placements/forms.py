"""Shape and labels of what is typed about placements."""

from collections.abc import Iterable

from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.core.values.labels import label_of, unit_of
from app.core.web.forms import BaseForm, ChoiceField, Radios, VersionedForm, count_field, line_field
from app.register.placements.enums import ShareOf
from app.register.placements.models import NodePlacement


class PlaceForm(BaseForm):
    """A company that somebody puts on a link."""

    enterprise = line_field(
        label_of(NodePlacement.enterprise_id), 120, required="选一家企业，从提示里选或写全称、信用代码"
    )
    enterprise_id = HiddenField()
    note = line_field(label_of(NodePlacement.note), 300, hint="凭什么在这个环节，例如：上月看过车间")


class RefusePlacementForm(VersionedForm):
    """Why a company does not belong on a link; a page with a button alone sends none."""

    note = line_field(label_of(NodePlacement.note), 300, hint="为什么不是，没有就空着")


class RefuseManyForm(BaseForm):
    """The same once for many."""

    note = line_field(label_of(NodePlacement.note), 300, hint="为什么不是，没有就空着")


class CorrectPlacementForm(VersionedForm):
    """On which link a company belongs instead."""

    into = ChoiceField("改到哪个环节", [InputRequired("选要改到的环节")])
    note = line_field(label_of(NodePlacement.note), 300, hint="没有就空着")

    def offer(self, places: Iterable[tuple[str, str]]) -> None:
        self.into.choices = [("", "请选择"), *places]


class ShareForm(VersionedForm):
    """What part of an output it is, and a note."""

    share = count_field(
        label_of(NodePlacement.share), 100, hint="不知道就空着", unit=unit_of(NodePlacement.share)
    )
    share_of = Radios(
        label_of(NodePlacement.share_of), choices=[("", "没填"), *ShareOf.choices()], default=""
    )
    note = line_field(label_of(NodePlacement.note), 300, hint="数字从哪里来的")
