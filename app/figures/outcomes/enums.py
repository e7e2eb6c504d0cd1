"""Vocabulary of outcomes."""

from app.core.values.credit import By
from app.core.values.enums import LabelledEnum


class ComparedBy(LabelledEnum):
    """Whose outcomes stand beside each other."""

    TEAM = "team", "驻点组"
    UNIT = "unit", "单位"
    PERSON = "person", "人员"
    METHOD = "method", "招商方式"
    CAMPAIGN = "campaign", "定向招商"

    @property
    def credited(self) -> By | None:
        """How measures credit it; of a way or a campaign they know nothing."""
        return By(self.value) if self.value in set(By) else None


class OutcomeFigure(LabelledEnum):
    """The numbers that stand beside each other, in their order."""

    MET_FIRST = "met_first", "首次见面"
    MET_AGAIN = "met_again", "再次见面"
    OUTBOUND = "outbound", "外出拜访"
    RECEPTION = "reception", "来访接待"
    VALID = "valid", "有效线索"
    TALKS = "talks", "进入在谈"
    SIGNED = "signed", "正式签约"
    AMOUNT = "amount", "签约金额"
    COST = "cost", "经费支出"
    PER_LEAD = "per_lead", "线索成本"
    PER_YI = "per_yi", "签约成本"
    DAYS_TO_LEAD = "days_to_lead", "接触到线索"
    DAYS_TO_SIGN = "days_to_sign", "接触到签约"


class CreditSide(LabelledEnum):
    """What a contract is credited by."""

    FIRST = "first", "首次见面"
    INTRODUCED = "introduced", "引荐"
    OWNED = "owned", "签约时负责"


class MetAs(LabelledEnum):
    """What a visit of a week was, seen from the county."""

    FIRST = "first", "首次"
    AGAIN = "again", "再次"
    CALL = "call", "通话"


class LeadResult(LabelledEnum):
    """What came of a lead in a week."""

    REGISTERED = "registered", "登记线索"
    FORWARD = "forward", "推进"
    SIGNED = "signed", "签约"
