"""Words of chains: where a link stands, how strong it is here, what is to be done about it."""

from app.core.values.enums import LabelledEnum


class ChainTier(LabelledEnum):
    UPSTREAM = "upstream", "上游"
    MIDSTREAM = "midstream", "中游"
    DOWNSTREAM = "downstream", "下游"


class NodeState(LabelledEnum):
    """How a link stands in the county, the worst first."""

    MISSING = "missing", "缺"
    WEAK = "weak", "弱"
    STRONG = "strong", "强"


class NodeAction(LabelledEnum):
    FILL = "fill", "补链"
    STRENGTHEN = "strengthen", "强链"
    EXTEND = "extend", "延链"
