"""Words of resident teams: which associations they keep."""

from app.core.values.enums import LabelledEnum


class AssociationKind(LabelledEnum):
    """Which kind of association a team keeps."""

    CHAMBER = "chamber", "商会"
    ALUMNI = "alumni", "校友会"
    TOWNSMEN = "townsmen", "同乡会"
    INDUSTRY = "industry", "行业协会"
    OTHER = "other", "其他"
