"""How far the county is with a company that it wants to win, and by what the company is scored."""

from app.core.values.enums import LabelledEnum


class TargetStage(LabelledEnum):
    POOL = "pool", "待研判"
    PLANNED = "planned", "拟拜访"
    CONTACTED = "contacted", "已接触"
    IN_TALKS = "in_talks", "在谈"
    DROPPED = "dropped", "放弃"


PATH: tuple[TargetStage, ...] = tuple(TargetStage)[:4]


class ScorePart(LabelledEnum):
    """The parts of the score (domain.md §3)."""

    FIT = "fit", "环节匹配"
    ANCHORS = "anchors", "关联本地链主"
    EXPANSION = "expansion", "扩张意愿"
    STRENGTH = "strength", "实力与资信"
    SITE = "site", "区位与要素适配"
    REACH = "reach", "人脉可达"


class FactKind(LabelledEnum):
    """What people enter of a target: what forbids it, and what the library does not know."""

    DISHONEST = "dishonest", "失信"
    POLLUTED = "polluted", "环保处罚"
    TWO_HIGH = "two_high", "两高"
    TAKEN = "taken", "被他县首谈"
    CREDIT_GOOD = "credit_good", "资信好"
    CREDIT_POOR = "credit_poor", "资信差"
    SITE_FITS = "site_fits", "区位和要素合适"
    SITE_HALF = "site_half", "区位和要素基本合适"
    SITE_UNFIT = "site_unfit", "区位和要素不合适"
    NATIVE = "native", "乡贤"
    ALUMNUS = "alumnus", "校友"
    CHAMBER = "chamber", "商会"


class ScoreBand(LabelledEnum):
    """What a list of targets is narrowed to by their scores."""

    SURE = "sure", "已有 60 分"
    LIKELY = "likely", "已有 40 分"
    POSSIBLE = "possible", "补齐可到 60 分"
    VETOED = "vetoed", "一票否决"
