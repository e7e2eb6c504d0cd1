"""What the numbers of targets mean that are told beside their list."""

from app.core.records.listing import ListMetric
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.listing import TARGETS

_COHORT = "不分批次，按打开页面时的状态"


def _of(stage: TargetStage, words: str) -> ListMetric:
    return TARGETS.narrowed(
        code=f"target.{stage.value}",
        name=f"目标企业，{stage.label}",
        words=f"{words}，不含已归档的",
        cohort=_COHORT,
        state=stage.value,
    )


WAITING = _of(TargetStage.POOL, "列入以后还没有定要不要拜访的目标企业")
PLANNED = _of(TargetStage.PLANNED, "定了要拜访、还没有接触的目标企业")
CONTACTED = _of(TargetStage.CONTACTED, "走访过或以别的方式接触过、没有线索在谈的目标企业")
IN_TALKS = _of(TargetStage.IN_TALKS, "有普通线索的目标企业，从登记线索起，到线索流失或归档为止；保密线索不计")
DROPPED = _of(TargetStage.DROPPED, "写明原因放弃的目标企业")
OWN = (WAITING, PLANNED, CONTACTED, IN_TALKS, DROPPED)
