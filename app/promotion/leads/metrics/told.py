"""What the numbers of leads mean that are told beside their list and the funnel."""

from app.promotion.leads.listing import LEADS
from app.promotion.leads.rules import COLD_AFTER

_AS_NOW = "不分批次，按现在的负责人、责任单位、驻点组"

UNDER_WAY = LEADS.narrowed(
    code="lead.under_way",
    name="在跟",
    words="现在处在线索到上会各阶段的线索；不含已签约、暂缓、流失和已归档的",
    cohort=_AS_NOW,
    state="open",
)
REGISTERED = LEADS.narrowed(
    code="lead.registered",
    name="新增线索",
    words="登记日期在所选日期之内的线索，不论现在走到哪一步；不含已归档的",
    cohort="按登记日期分批，按现在的负责人、责任单位、驻点组",
)
COLD = LEADS.narrowed(
    code="lead.cold",
    name="要凉的线索",
    words=f"在跟的线索里，超过 {COLD_AFTER} 天没有联系的；从来没有联系过的，从登记那天算起",
    cohort=_AS_NOW,
    state="open",
    values={"cold": True},
)
OWN = (UNDER_WAY, REGISTERED, COLD)
