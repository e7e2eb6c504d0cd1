"""Words of resident teams: what a day was, which associations they keep."""

from app.core.values.enums import LabelledEnum


class DutyKind(LabelledEnum):
    """What a day was for a member of a team."""

    ON_DUTY = "on_duty", "在岗"
    TRAVEL = "travel", "出差"
    LEAVE = "leave", "请假"
    REST = "rest", "轮休"

    @property
    def mark(self) -> str:
        """One character, for the calendar of a month."""
        return {"on_duty": "岗", "travel": "差", "leave": "假", "rest": "休"}[self.value]


class DayKind(LabelledEnum):
    """What the State Council's calendar says of a day."""

    WORKING = "working", "工作日"
    MAKE_UP = "make_up", "调休上班"
    WEEKEND = "weekend", "周末"
    HOLIDAY = "holiday", "节假日"


class AssociationKind(LabelledEnum):
    """Which kind of association a team keeps."""

    CHAMBER = "chamber", "商会"
    ALUMNI = "alumni", "校友会"
    TOWNSMEN = "townsmen", "同乡会"
    INDUSTRY = "industry", "行业协会"
    OTHER = "other", "其他"
