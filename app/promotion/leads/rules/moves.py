"""Which moves there are, and on which day one may be."""

from datetime import date

from app.core.records.path import BY_CORRECTORS, MoveKind, Path
from app.promotion.leads.enums import PATH, LeadStage, LossReason

ENDS = frozenset({LeadStage.SIGNED, LeadStage.LOST})
LIVE = frozenset(LeadStage) - ENDS
TIMED = tuple(stage for stage in PATH if stage not in ENDS)  # how long a lead may stay there is set
REGISTERED_LATE = "登记日期写晚了，请招商局在阶段台账里改登记日期，其后记晚了的阶段也在那里更正"
TWICE = "重复登记"  # begins the reason that voids every row of a lead that was registered twice
STAGES = Path("线索", PATH, holds=frozenset({LeadStage.ON_HOLD}), ends=ENDS)
stage_of, next_stage = STAGES.stage_of, STAGES.next_stage
kind_of_move, allowed_moves, why_not_move = STAGES.kind_of_move, STAGES.allowed_moves, STAGES.why_not_move
GATED = frozenset({MoveKind.FORWARD, MoveKind.JUMP})  # must meet what the stage asks for
WITH_REASON = BY_CORRECTORS | {MoveKind.HOLD}


def why_not_on(day: date, *, today: date, registered_on: date, moved_on: date) -> str | None:
    """The sentence that refuses the effective date of a move: not before the last one."""
    refusal = why_not_since(day, today=today, registered_on=registered_on)
    if refusal:
        return refusal
    if day < moved_on:
        return f"生效日期不能早于上一次阶段变动（{moved_on}）；上一次记晚了，请招商局在阶段台账里更正那一行"
    return None


def why_not_since(day: date, *, today: date, registered_on: date) -> str | None:
    """The sentence that refuses an effective date: not after today, not before the registration."""
    if day > today:
        return f"生效日期不能晚于今天（{today}）"
    if day < registered_on:
        return f"生效日期不能早于登记日期（{registered_on}）；{REGISTERED_LATE}"
    return None


def why_not_registered_on(day: date, *, registered_on: date, next_on: date | None) -> str | None:
    """The sentence that refuses another day of registration: `next_on` is that of the next ledger row, before
    which the registration must lie, since on one day what was entered later counts later.
    """
    if day == registered_on:
        return f"登记日期已经是 {day}，不用改"
    if day > registered_on and next_on is not None and day >= next_on:
        return f"登记日期要早于登记以后的第一行台账（{next_on}）；那一行也记错了的，先更正那一行"
    return None


def why_not_lose(reason_code: LossReason | None, note: str) -> dict[str, str]:
    """Problems of a loss: a coded reason, and words when the code is 其他."""
    if reason_code is None:
        return {"reason_code": "选一个流失原因，月报里的流失分析靠它"}
    if reason_code is LossReason.OTHER and not note:
        return {"reason": "原因选了其他，请写明是什么原因"}
    return {}


def why_not_twice(
    *, stage: LeadStage, same: bool, same_company: bool, counts: bool, tells_more: bool = False
) -> str | None:
    """Why a lead cannot be said to be registered twice beside another one; None when it can."""
    if same:
        return "要选另外一条，以它为准"
    if stage is LeadStage.SIGNED:
        return "这条已签约，有协议和项目；先请招商局更正签约这一行，再作废"
    if not counts:
        return "以之为准的那条已归档，先把它恢复，或者换一条"
    if not same_company:
        return "两条线索不是同一家企业，不能算重复登记；企业登记重了，先处理企业"
    if tells_more:
        return "这条保密，以之为准的那条不保密，走访和下一步并过去就公开了；先把那条也设为保密"
    return None
