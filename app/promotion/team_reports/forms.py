"""Shape and labels of what is typed about reports."""

from typing import Any, ClassVar

from wtforms.validators import DataRequired, InputRequired

from app.core.records.configuring import DatedForm
from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    Flag,
    Radios,
    VersionedForm,
    count_field,
    date_field,
    line_field,
    text_field,
    upload_field,
)
from app.promotion.team_reports.enums import ReportColumn, ReportKind
from app.promotion.team_reports.models import (
    LONGEST_SUMMARY,
    ReportTemplate,
    TeamReport,
    TeamReportEntry,
    TeamReportRow,
)
from app.promotion.team_reports.rules import MOST_COLUMNS
from app.register.enterprises.forms import CompanyField

LONGEST_HEADING = 12


class BeginReportForm(BaseForm):
    """Of which team and period a report is begun, or sent as silent."""

    team = ChoiceField(label_of(TeamReport.team_id), [DataRequired("选驻点组")])
    kind = Radios(
        label_of(TeamReport.kind), [InputRequired("选周报、月报还是季度述职")], choices=ReportKind.choices()
    )
    day = date_field("哪一天所在的一期", required="选这一期里的任意一天")


class ReportTextForm(VersionedForm):
    """What a report says in words."""

    summary = text_field(
        label_of(TeamReport.summary), LONGEST_SUMMARY, hint="这一期的进展、问题、下一步，没有就空着", rows=8
    )
    silent_reason = line_field(
        label_of(TeamReport.silent_reason), 300, hint="连着四周没有新情况、或者整月整季没有，才要写"
    )


class ReportRowForm(VersionedForm):
    """What a member says of a row."""

    note = text_field(label_of(TeamReportRow.note), 1000, hint="清空就照走访记录写的", rows=6)
    left_out = Flag(label_of(TeamReportRow.left_out), yes="不列入这一期", no="列入")


class NewReportRowForm(CompanyField, BaseForm):
    """A row by hand."""

    note = text_field(label_of(TeamReportRow.note), 1000, required="写一句进展，例如：电话里说下月来看厂房")


class DecideReportForm(VersionedForm):
    """Accepting or returning a report."""

    beside: ClassVar = ("words",)

    words = line_field(label_of(TeamReportEntry.words), 300, hint="退回要写清改什么；收下可以不写")


class ReportTemplateForm(BaseForm):
    """A Word template of the county's own."""

    file = upload_field("模板文件", hint="一个 .docx 文件，可以先下载系统自带的，在它上面改")
    note = line_field(label_of(ReportTemplate.note), 200, hint="例如：县委办 2026 年版，没有就空着")


class _ReportColumnsForm(DatedForm):
    """Without its fields: a place and a heading for each column."""

    headings = ("内容", "排第几列", "列名")

    def lines(self) -> list[tuple[str, list[Any]]]:
        """The fields of each column."""
        return [
            (column.label, [self[place_field(column)], self[heading_field(column)]])
            for column in ReportColumn
        ]


def place_field(column: ReportColumn) -> str:
    return f"{column.value}_place"


def heading_field(column: ReportColumn) -> str:
    return f"{column.value}_heading"


ReportColumnsForm: type[_ReportColumnsForm] = type(
    "ReportColumnsForm",
    (_ReportColumnsForm,),
    {
        name: field
        for column in ReportColumn
        for name, field in (
            (
                place_field(column),
                count_field(
                    f"{column.label}：排第几列", MOST_COLUMNS, required="写序号，不要这一列写 0", unit="列"
                ),
            ),
            (heading_field(column), line_field(f"{column.label}：列名", LONGEST_HEADING)),
        )
    },
)
