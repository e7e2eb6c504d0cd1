"""What is counted of a chain."""

from app.core.values.enums import LabelledEnum


class ChainFigure(LabelledEnum):
    MISSING = "missing", "缺"
    WEAK = "weak", "弱"
    STRONG = "strong", "强"
    UNJUDGED = "unjudged", "未判断"
    FILLED = "filled", "补上的缺口"
    UNTARGETED = "untargeted", "没有目标的缺口"
    TARGETS = "targets", "目标企业"
    CONTACTED = "contacted", "已接触"
    IN_TALKS = "in_talks", "在谈"
    SILENT = "silent", "沉默的目标企业"
    SIGNED = "signed", "签约"
    JUDGED = "judged", "新的判断"
    TAKEN_UP = "taken_up", "新列目标企业"
    VISITS = "visits", "走访"
    LEADS = "leads", "新增线索"
    DUE = "due", "到期的下一步"
    NEEDS = "needs", "链主的采购需求"


Figure = ChainFigure
COMPARED = (
    *(Figure.MISSING, Figure.WEAK, Figure.STRONG, Figure.UNJUDGED, Figure.FILLED),
    *(Figure.TARGETS, Figure.CONTACTED, Figure.IN_TALKS, Figure.SIGNED),
)
