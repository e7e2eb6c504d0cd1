"""Forms of an import: the file, which column means what, what to do with suspected rows."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.core.forms import BaseForm, OneOf
from app.imports.columns import Layout
from app.imports.enums import AmountUnit, Column, Decision
from app.imports.reading import ACCEPTED

NOWHERE = -1


class UploadForm(BaseForm):
    """One file."""

    file = FileField(
        "选文件",
        [FileRequired("请选一个文件")],
        description="xlsx、csv 或 csv.gz，最大 20 MB、10 万行。表头写在前 10 行里",
        render_kw={"accept": ACCEPTED},
    )


class LayoutForm(BaseForm):
    """A choice of column for each meaning; the choices are the headings of the file."""

    unit = OneOf("注册资本的单位", choices=AmountUnit.choices())
    accept_codes = BooleanField("信用代码校验不对也写入，并标「代码无误」")

    def layout(self, before: Layout) -> Layout:
        """The layout as chosen."""
        places = {
            column: chosen for column in Column if (chosen := self[column.value].data) not in {None, NOWHERE}
        }
        return Layout(
            header_row=before.header_row,
            headings=before.headings,
            places=places,
            unit=AmountUnit.parse(self.unit.data) or AmountUnit.WAN,
            unit_named=True,
            accept_codes=bool(self.accept_codes.data),
            sheet=before.sheet,
        )


def layout_form(layout: Layout) -> LayoutForm:
    """The form for one file, filled from its layout."""
    choices = [(NOWHERE, "不导入")] + [
        (place, heading or f"第 {place + 1} 列（没有表头）") for place, heading in enumerate(layout.headings)
    ]
    fields: dict[str, Any] = {
        column.value: OneOf(column.label, choices=choices, coerce=int, default=NOWHERE) for column in Column
    }
    kind = type("LayoutFormOfOneFile", (LayoutForm,), fields)
    filled = {column.value: layout.places.get(column, NOWHERE) for column in Column}
    form: LayoutForm = kind(data={**filled, "unit": layout.unit.value, "accept_codes": layout.accept_codes})
    return form


class DecisionForm(BaseForm):
    """What to do with one suspected row, or with all when no row is named."""

    decision = OneOf("决定", choices=Decision.choices())
    number = IntegerField("行", [Optional()])
    chosen = StringField("更新哪一家", [Optional(), Length(max=16)])


class WriteForm(BaseForm):
    """Sends back the number of rows that the button promised."""

    promised = IntegerField("行数", [InputRequired("请刷新页面后再点写入")])
