"""Decisions about projects: allowed moves after the contract, what each stage has to show. Pure."""

import re
import unicodedata
from datetime import date

from app.core.records.path import BY_CORRECTORS, MoveKind, Path
from app.delivery.projects.enums import PATH, ProjectStage
from app.register.enterprises.rules import check_credit_code

_CODE = re.compile(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$")  # GB/T 40058; its check digit is not published

# What is written as evidence of each stage (domain.md §2.1): the paper whose number an auditor asks for.
EVIDENCE: dict[ProjectStage, str] = {
    ProjectStage.REGISTERED: "新公司营业执照上的统一社会信用代码，须是本地公司；生效日期写成立日期",
    ProjectStage.LANDED: "土地成交确认书或租赁合同的编号，以及备案证号",
    ProjectStage.STARTED: "施工许可证号；围墙和奠基不算开工",
    ProjectStage.IN_LIBRARY: "统计局入库单编号",
    ProjectStage.COMPLETED: "竣工验收备案编号",
    ProjectStage.IN_PRODUCTION: "首张销售发票号或首月生产电费单号",
    ProjectStage.FULL_CAPACITY: "纳税证明或产值证明的编号",
}


STAGES = Path("项目", PATH, ends=frozenset({ProjectStage.TERMINATED}))
stage_of, next_stage = STAGES.stage_of, STAGES.next_stage
kind_of_move, allowed_moves, why_not_move = STAGES.kind_of_move, STAGES.allowed_moves, STAGES.why_not_move
WITH_REASON = BY_CORRECTORS | {MoveKind.END}
WITH_EVIDENCE = frozenset({MoveKind.FORWARD, MoveKind.JUMP})


def missing_words(kind: MoveKind, to: ProjectStage, reason: str, evidence: str) -> dict[str, str]:
    """What a move still has to say: {field: sentence}."""
    problems: dict[str, str] = {}
    lacking = _why_no_evidence(to, evidence) if kind in WITH_EVIDENCE else None
    if lacking:
        problems["evidence"] = lacking
    if kind in WITH_REASON and not reason:
        name = to.label if kind is MoveKind.END else kind.label
        problems["reason"] = f"{name}要写明原因"
    return problems


def _why_no_evidence(to: ProjectStage, evidence: str) -> str | None:
    if not evidence:
        return f"进入「{to.label}」要有依据，写{EVIDENCE[to]}"
    return _why_no_company(evidence) if to is ProjectStage.REGISTERED else None


_CODE_LIKE = re.compile(r"[0-9A-Z]{12,}")  # shorter runs are dates and numbers of other papers


def _why_no_company(evidence: str) -> str | None:
    """A registration is shown by the new company's credit code; other words may stand beside it."""
    runs = _CODE_LIKE.findall(unicodedata.normalize("NFKC", evidence).upper())
    checks = [check_credit_code(run) for run in runs]
    if any(check.problem is None for check in [check_credit_code(evidence), *checks]):
        return None
    if not checks:
        return f"注册的依据里没有统一社会信用代码，照营业执照写上 18 位代码，例如 {_EXAMPLE}"
    wrong = checks[0]
    problem = "最后一位校验不对" if wrong.may_override else wrong.problem
    return f"依据里的「{wrong.code}」：{problem}，请对照营业执照重新抄写 18 位统一社会信用代码"


_EXAMPLE = "91320506YY1234563E"


def why_not_on(day: date, *, today: date, moved_on: date | None) -> str | None:
    """The sentence that refuses an effective date: not after today, not before the last move."""
    if day > today:
        return f"生效日期不能晚于今天（{today}）"
    if moved_on is not None and day < moved_on:
        return f"生效日期不能早于上一次阶段变动（{moved_on}）"
    return None


def code_problem(code: str) -> str | None:
    """Why a text is no 项目代码."""
    if not code or _CODE.match(code):
        return None
    return "项目代码是 24 位，例如 2609-320506-04-01-123456，请照备案证抄写"
