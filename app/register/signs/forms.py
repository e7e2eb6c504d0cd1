"""Shape and labels of what is typed about signs."""

from wtforms.validators import InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import BaseForm, ChoiceField, VersionedForm, amount_field, date_field, line_field
from app.register.enterprises.forms import CompanyField
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign
from app.register.signs.rules import LONGEST, LONGEST_URL


class _SignFields:
    """What is typed about a sign at any time."""

    kind = ChoiceField(
        label_of(ExpansionSign.kind),
        [InputRequired("选类别")],
        choices=[("", "请选择"), *SignKind.choices()],
    )
    happened_on = date_field(label_of(ExpansionSign.happened_on), required="写上哪天发生的")
    what = line_field(label_of(ExpansionSign.what), LONGEST, required="写一句发生了什么，例如：完成 B 轮融资")
    amount = amount_field(label_of(ExpansionSign.amount), only_figures=True, hint="没有或不知道就空着")
    source = line_field(
        label_of(ExpansionSign.source), 200, required="写清从哪里知道的，例如：公司公告、招标网"
    )
    source_url = line_field(label_of(ExpansionSign.source_url), LONGEST_URL, hint="网页地址，没有就空着")


class NewSignForm(_SignFields, CompanyField, BaseForm):
    """A sign is entered."""


class EditSignForm(_SignFields, VersionedForm):
    """A sign is put right; its company stays."""
