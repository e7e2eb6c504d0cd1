"""Forms of an import: the file, which column means what, what to do with suspected rows."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.core.web.forms import BaseForm, ChoiceField, count_field
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import AmountUnit, Decision
from app.exchange.imports.reading import ACCEPTED, LARGEST_UPLOAD, FileChoice
from app.exchange.imports.targets import TARGETS, Target

NOWHERE = -1
MOST_ROWS = 100_000  # as the reader has it


class UploadForm(BaseForm):
    """One file, and what its rows are where several kinds can be imported."""

    kind = ChoiceField("导入什么", choices=[], default=lambda: first_target().code)
    file = FileField(
        "选文件",
        [FileRequired("请选一个文件")],
        description="xlsx、csv、txt，或网页表格另存的 xls，最大 20 MB、10 万行。表头写在前 10 行里",
        render_kw={"accept": ACCEPTED, "data-most": LARGEST_UPLOAD},
    )

    def target(self) -> Target:
        return TARGETS[self.kind.data] if self.kind else first_target()


def upload_form(*, is_blank: bool = False) -> UploadForm:
    """The form with the kinds that there are."""
    form: UploadForm = UploadForm(formdata=None) if is_blank else UploadForm()
    form.kind.choices = [(code, target.noun) for code, target in TARGETS.items()]
    if len(form.kind.choices) == 1:
        del form.kind
    return form


def first_target() -> Target:
    return next(iter(TARGETS.values()))


SEPARATORS = (
    ("", "自动识别"),
    (",", "逗号"),
    ("\t", "制表符"),
    (";", "分号"),
    ("|", "竖线"),
)


class SourceForm(BaseForm):
    """Where in the file the table stands; the choices of sheets are those of the file."""

    sheet = ChoiceField("工作表", choices=[])
    heading_row = count_field(
        "表头在第几行", MOST_ROWS, least=1, hint="不写就自动找。表头有两三行的，写第一行"
    )
    separator = ChoiceField("每格之间用什么隔开", choices=SEPARATORS)

    def choice(self) -> FileChoice:
        sheet = self.sheet.data if self.sheet else ""
        separator = self.separator.data if self.separator else ""
        return FileChoice(sheet, self.heading_row.data, separator)


def source_form(layout: Layout, *, is_blank: bool = False) -> SourceForm:
    """The form for one file, filled from how it was read."""
    form: SourceForm = SourceForm(formdata=None) if is_blank else SourceForm()
    names = [
        (name, f"{name}（{rows:,} 行{'，隐藏' if hidden else ''}）") for name, rows, hidden in layout.sheets
    ]
    form.sheet.choices = names
    if is_blank:
        form.sheet.data, form.separator.data = layout.sheet, layout.separator
        form.heading_row.data = layout.header_row
    if layout.sheets:  # a text file has separators, all others have sheets
        del form.separator
    else:
        del form.sheet
    return form


class LayoutForm(BaseForm):
    """A choice of column for each meaning, the choices being the headings of the file; the unit of amounts;
    what the kind lets people switch.
    """

    def layout(self, before: Layout, target: Target) -> Layout:
        """The layout as chosen."""
        chosen = {meaning.code: self[meaning.code].data for meaning in target.meanings}
        unit = (AmountUnit.parse(self["unit"].data) if "unit" in self else None) or AmountUnit.WAN
        return before.changed(
            places={column: place for column, place in chosen.items() if place not in {None, NOWHERE}},
            unit=unit,
            unit_named=True,
            unit_from=before.unit_from if unit is before.unit else "",
            unit_doubt="",
            options=frozenset(each.code for each in target.switches if self[each.code].data),
        )


def layout_form(layout: Layout, target: Target) -> LayoutForm:
    """The form for one file, filled from its layout."""
    choices = [(NOWHERE, "不导入")] + [
        (place, heading or f"第 {place + 1} 列（没有表头）") for place, heading in enumerate(layout.headings)
    ]
    fields: dict[str, Any] = {
        meaning.code: ChoiceField(meaning.label, choices=choices, coerce=int, default=NOWHERE)
        for meaning in target.meanings
    }
    fields |= {each.code: BooleanField(each.label, description=each.hint) for each in target.switches}
    if amount := target.vocabulary.amount:
        fields["unit"] = ChoiceField(f"{target.labels[amount]}的单位", choices=AmountUnit.choices())
    kind = type("LayoutFormOfOneFile", (LayoutForm,), fields)
    filled = {meaning.code: layout.places.get(meaning.code, NOWHERE) for meaning in target.meanings}
    ticked = {each.code: each.code in layout.options for each in target.switches}
    form: LayoutForm = kind(data={**filled, **ticked, "unit": layout.unit.value})
    return form


class DecisionForm(BaseForm):
    """What to do with one suspected row, or with all when no row is named."""

    decision = ChoiceField("决定", choices=Decision.choices())
    number = IntegerField("行", [Optional()])
    chosen = StringField("更新哪一家", [Optional(), Length(max=16)])


class WriteForm(BaseForm):
    """Sends back the number of rows that the button promised."""

    promised = IntegerField("行数", [InputRequired("请刷新页面后再点写入")])
