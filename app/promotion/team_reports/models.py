"""Reports of resident teams, their rows, what was done with each, and which columns the county wants."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.records.dated import Dated
from app.core.storage.audit import SECRET
from app.core.storage.db import Base, Keyed, Record
from app.core.values.clock import now
from app.core.values.labels import labelled
from app.promotion.leads.models import Lead
from app.promotion.team_reports.enums import (
    ReportAct,
    ReportColumn,
    ReportFigure,
    ReportKind,
    ReportState,
)
from app.promotion.team_reports.rules import ReportPeriod
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Contact, Enterprise

LONGEST_SUMMARY = 3000


class TeamReport(Base, Record):
    """What a team reports of a week, a month or a quarter; one of each.

    `drawn` names the logs that it was made of and `figures` its numbers, as they were then; `late` tells the
    logs of earlier periods that came after their reports. What a machine drew is not told to the audit a
    second time: the logs are there.
    """

    __tablename__ = "team_report"
    __called__ = "驻点组报告"
    __table_args__ = (
        UniqueConstraint("team_id", "kind", "first_day", name="uq_team_report_period"),
        Index("ix_team_report_first", "kind", "first_day", "id"),
        Index("ix_team_report_state", "state", "first_day"),
    )
    is_archived = False  # none is ever put away: what was reported stays

    kind: Mapped[ReportKind] = labelled("种类")
    team_id: Mapped[int] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    unit_id: Mapped[int] = labelled("上级单位", ForeignKey("unit.id"), index=True)
    first_day: Mapped[date] = labelled("第一天")
    last_day: Mapped[date] = labelled("最后一天")
    due_at: Mapped[datetime] = labelled("报送期限")
    state: Mapped[ReportState] = labelled("状态", default=ReportState.DRAFT)
    author_id: Mapped[int] = labelled("填报人", ForeignKey("person.id"), index=True)
    summary: Mapped[str] = labelled("文字说明", default="")
    is_silent: Mapped[bool] = labelled("没有新情况", default=False)
    silent_reason: Mapped[str] = labelled("没有新情况的原因", String(300), default="")
    sent_at: Mapped[datetime | None] = labelled("报送时间", short="报送")  # the first time
    sent_by_id: Mapped[int | None] = labelled("报送人", ForeignKey("person.id"))
    drawn_at: Mapped[datetime] = labelled("数据截至", default=now)
    columns_id: Mapped[int | None] = labelled("按哪一版的列", ForeignKey("report_columns.id"))
    figures: Mapped[dict[str, int]] = labelled("指标", JSON, default=dict, **SECRET)
    drawn: Mapped[list[str]] = labelled("由哪些记录整理", JSON, default=list, **SECRET)
    late: Mapped[list[list[str]]] = labelled("补记", JSON, default=list, **SECRET)

    team: Mapped[Unit] = relationship(foreign_keys=[team_id])
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    sent_by: Mapped[Person | None] = relationship(foreign_keys=[sent_by_id])
    columns: Mapped["ReportColumns | None"] = relationship()
    rows: Mapped[list["TeamReportRow"]] = relationship(
        cascade="all, delete-orphan", back_populates="report", order_by="TeamReportRow.position"
    )
    entries: Mapped[list["TeamReportEntry"]] = relationship(
        cascade="all, delete-orphan", back_populates="report", order_by="TeamReportEntry.id"
    )

    @property
    def period(self) -> ReportPeriod:
        return ReportPeriod(self.kind, self.first_day, self.last_day)

    @property
    def name(self) -> str:
        """What it is called where its line stands."""
        return f"{self.team.name}{self.period.title}"

    def figure(self, figure: ReportFigure) -> int:
        return self.figures.get(figure.value, 0)


class TeamReportRow(Base, Record):
    """One lead or company of a report. `cells` are as the logs had it; `note` is what a member writes in the
    place of 进度备注. Whom to call there is named by its id: who that is stays with the contact, which may be
    erased.
    """

    __tablename__ = "team_report_row"
    __called__ = "报告的一行"
    __table_args__ = (UniqueConstraint("report_id", "key", name="uq_team_report_row"),)

    report_id: Mapped[int] = labelled("报告", ForeignKey("team_report.id"))
    key: Mapped[str] = labelled("行的标识", String(40))
    position: Mapped[int] = labelled("第几行", Integer)
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    lead_id: Mapped[int | None] = labelled("线索", ForeignKey("lead.id"), index=True)
    contact_id: Mapped[int | None] = labelled("企业联系人", ForeignKey("contact.id"))
    cells: Mapped[dict[str, Any]] = labelled("行内数据", JSON, default=dict, **SECRET)
    note: Mapped[str] = labelled("进度备注", String(1000), default="")
    left_out: Mapped[bool] = labelled("不列入", default=False)
    is_added: Mapped[bool] = labelled("手工加的", default=False)

    report: Mapped[TeamReport] = relationship(back_populates="rows")
    enterprise: Mapped[Enterprise] = relationship()
    lead: Mapped[Lead | None] = relationship()
    contact: Mapped[Contact | None] = relationship()

    @property
    def name(self) -> str:
        return str(self.cells.get(ReportColumn.PROJECT) or self.enterprise.name)

    @property
    def progress(self) -> str:
        return self.note or str(self.cells.get(ReportColumn.PROGRESS) or "")


class TeamReportEntry(Base, Keyed):
    """That a report was sent, returned or accepted, by whom and with which words. Only ever added."""

    __tablename__ = "team_report_entry"
    __called__ = "报告的办理"

    report_id: Mapped[int] = labelled("报告", ForeignKey("team_report.id"), index=True)
    act: Mapped[ReportAct] = labelled("办理")
    at: Mapped[datetime] = labelled("办理时间", default=now)
    person_id: Mapped[int] = labelled("办理人", ForeignKey("person.id"))
    words: Mapped[str] = labelled("办理意见", String(300), default="")

    report: Mapped[TeamReport] = relationship(back_populates="entries")
    person: Mapped[Person] = relationship()


class ReportColumns(Base, Dated):
    """Which columns a report has from a day on, in which order and under which heading: [code, heading]."""

    __tablename__ = "report_columns"
    __called__ = "报告的列"

    listed: Mapped[list[list[str]]] = labelled("各列", JSON, default=list)

    @property
    def columns(self) -> list[tuple[ReportColumn, str]]:
        found = [(ReportColumn.parse(code), heading) for code, heading in self.listed]
        return [(column, heading) for column, heading in found if column is not None]


class ReportTemplate(Base, Record):
    """From when on reports are written into a Word template of the county's own (its file hangs on the row),
    or again into the one made here. The last row holds; only ever added.
    """

    __tablename__ = "report_template"
    __called__ = "周报的 Word 模板"

    is_own: Mapped[bool] = labelled("县里自己的")
    note: Mapped[str] = labelled("说明", String(200), default="")
    author_id: Mapped[int] = labelled("谁定的", ForeignKey("person.id"))

    author: Mapped[Person] = relationship()
