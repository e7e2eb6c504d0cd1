"""Shape and labels of what is typed about projects. Fields that store are named like the column they fill."""

from wtforms import HiddenField

from app.core.values.labels import label_of
from app.core.web.forms import VersionedForm, date_field, line_field
from app.delivery.projects.models import Project, ProjectEntry


class MoveProjectForm(VersionedForm):
    """Into another stage."""

    to = HiddenField(label_of(Project.stage))
    effective_on = date_field(label_of(ProjectEntry.effective_on), required="选生效日期，统计按它计月份")
    evidence = line_field(label_of(ProjectEntry.evidence), 300)
    reason = line_field(label_of(ProjectEntry.reason), 300)


class CorrectProjectForm(VersionedForm):
    """Why a ledger row never counted."""

    reason = line_field("为什么更正", 300, required="写明为什么更正，例如：点错了，还没有开工")


class EditProjectForm(VersionedForm):
    """The fields that are a project's own."""

    name = line_field(label_of(Project.name), 120, required="写项目名称")
    project_code = line_field(label_of(Project.project_code), 24, hint="备案证上的 24 位代码，没有可以不填")
