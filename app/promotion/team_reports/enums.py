"""Vocabulary of the reports of resident teams."""

from app.core.values.enums import LabelledEnum


class ReportKind(LabelledEnum):
    WEEK = "week", "周报"
    MONTH = "month", "月报"
    QUARTER = "quarter", "季度述职"


class ReportState(LabelledEnum):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已收下"


class ReportAct(LabelledEnum):
    """What was done with a report."""

    SENT = "sent", "报送"
    RETURNED = "returned", "退回"
    ACCEPTED = "accepted", "收下"


class ReportFigure(LabelledEnum):
    """The numbers of a report, in the order in which they are told."""

    OUTBOUND = "outbound", "外出拜访"
    RECEPTIONS = "receptions", "来访接待"
    CALLS = "calls", "电话视频"
    FIRST_MET = "first_met", "首次见面"
    MET_AGAIN = "met_again", "再次见面"
    LEADS = "leads", "新增线索"
    TARGETS = "targets", "新列目标"
    MOVES = "moves", "阶段推进"
    KEPT = "kept", "按期办结"
    SLIPPED = "slipped", "逾期"


class ReportColumn(LabelledEnum):
    """What a column of a report may tell of a row; a county gives it its place and its heading."""

    PROJECT = "project", "项目名称"
    INVESTOR = "investor", "投资方"
    FIXED = "fixed", "固定资产投资"
    PROFILE = "profile", "投资方简介"
    CONTENT = "content", "项目内容"
    LAND = "land", "需用土地"
    CONTACT = "contact", "企业联系人"
    PHONE = "phone", "联系方式"
    ZONE = "zone", "片区"
    PROGRESS = "progress", "进度备注"
    INDUSTRY = "industry", "产业类型"
    VERDICT = "verdict", "研判结果"
    TOTAL = "total", "总投资"
    TEAM = "team", "招商组"
    FOLLOWERS = "followers", "跟进人员"
    FIRST_REPORTER = "first_reporter", "首报人"
    LANDING = "landing", "落地平台"
