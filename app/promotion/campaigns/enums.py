"""Words of directed campaigns."""

from app.core.values.enums import LabelledEnum


class CampaignState(LabelledEnum):
    """How one stands: it follows from its days, and from whether somebody has ended it."""

    PLANNED = "planned", "未开始"
    RUNNING = "running", "进行中"
    OVERDUE = "overdue", "到期待结"
    ENDED = "ended", "已结束"
