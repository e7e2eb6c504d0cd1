"""Shape and labels of what is typed about projects. Fields that store are named like the column they fill."""

from wtforms import HiddenField

from app.core.forms import VersionedForm, date_field, line_field


class MoveForm(VersionedForm):
    """Into another stage."""

    to = HiddenField("阶段")
    effective_on = date_field("生效日期", required="选生效日期，统计按它计月份")
    evidence = line_field("依据", 300)
    reason = line_field("说明", 300)


class CorrectForm(VersionedForm):
    """Why a ledger row never counted."""

    reason = line_field("为什么更正", 300, required="写明为什么更正，例如：点错了，还没有开工")


class EditForm(VersionedForm):
    """The fields that are a project's own."""

    name = line_field("项目名称", 120, required="写项目名称")
    project_code = line_field("项目代码", 24, hint="备案证上的 24 位代码，没有可以不填")
