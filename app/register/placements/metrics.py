"""What the number of placements that wait means, told beside their list."""

from app.register.placements.listing import PLACEMENTS

WAITING = PLACEMENTS.narrowed(
    code="node_placement.waiting",
    name="待确认的环节企业",
    words="系统建议放到某个环节、还没有人确认或否决的企业；不含产业链或企业已归档、环节已移除的",
    cohort="不分批次，按现在的产业链",
    state="proposed",
)
OWN = (WAITING,)
