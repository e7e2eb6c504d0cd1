"""Words of directed campaigns."""

from app.core.values.enums import LabelledEnum


class CampaignState(LabelledEnum):
    """How one stands: it follows from its days, and from whether somebody has ended it."""

    PLANNED = "planned", "未开始"
    RUNNING = "running", "进行中"
    OVERDUE = "overdue", "到期待结"
    ENDED = "ended", "已结束"


class CompanyStage(LabelledEnum):
    """How far a campaign is with a company, as visits, leads and marks of its days tell."""

    UNTOUCHED = "untouched", "未联系"
    CONTACTED = "contacted", "已联系"
    INVITED = "invited", "已邀请"
    MET_AGAIN = "met_again", "回访来访"
    IN_TALKS = "in_talks", "洽谈"
    SIGNED = "signed", "签约"


class MarkKind(LabelledEnum):
    """What people note of a company that no visit and no lead tells."""

    CONTACTED = "contacted", "联系上了"
    INVITED = "invited", "发了邀请"


class CampaignResult(LabelledEnum):
    """What came of a company in the end."""

    SIGNED = "signed", "签约"
    IN_TALKS = "in_talks", "在谈"
    INTERESTED = "interested", "有意向"
    DECLINED = "declined", "婉拒"
    UNREACHED = "unreached", "没接触上"


class CampaignFigure(LabelledEnum):
    """The numbers of what came of a campaign, in the order of its page."""

    VISITS = "visits", "走访"
    OUT = "out", "其中外出拜访"
    IN = "in", "其中来访接待"
    MET = "met", "见过的企业"
    MET_FIRST = "met_first", "其中第一次见"
    MET_BEFORE = "met_before", "其中以前见过"
    LEADS = "leads", "登记的线索"
    VALID = "valid", "有效线索"
    TALKS = "talks", "进入在谈"
    SIGNED = "signed", "正式签约"
