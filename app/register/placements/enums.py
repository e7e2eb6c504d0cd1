"""Words of placements: how one stands, who proposed it, where evidence was found, what a share is of."""

from app.core.values.enums import LabelledEnum


class PlacementState(LabelledEnum):
    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "已否决"


class PlacementSource(LabelledEnum):
    ENGINE = "engine", "系统建议"
    HAND = "hand", "人工放入"


class HitPlace(LabelledEnum):
    """Where a word that speaks for a link was found, as `search.placing` names it."""

    NAME = "name", "企业名称"
    SCOPE = "scope", "经营范围"
    PRODUCTS = "products", "产品"
    TAGS = "tags", "标签"
    INDUSTRY = "industry", "行业名称"
    CODE = "code", "行业代码"
    FELLOWS = "fellows", "同行业的企业"


OF_CODES = frozenset({HitPlace.CODE, HitPlace.FELLOWS})  # where the word that hits is an industry's code


class ShareOf(LabelledEnum):
    """What an output share is a part of."""

    COMPANY = "company", "这家企业的产值"
    NODE = "node", "全县这个环节的产值"
