"""What was written about a company, checked, and what stands there now."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.money import read_amount
from app.register.enterprises import queries
from app.register.enterprises.enums import EnterpriseStatus, NameKind
from app.register.enterprises.models import Enterprise
from app.register.enterprises.rules import (
    CodeCheck,
    check_credit_code,
    core_key,
    name_key,
    name_problem,
)
from app.register.reference.queries import division_names, industry_names, read_division, read_industry

DUPLICATE_FIELD = "not_duplicate"
NAMED_DUPLICATES = 3  # in the sentence; the page shows them all


@dataclass(frozen=True, slots=True)
class EnterpriseData:
    """What a person writes about a company. `region` and `industry` are a code or a name;
    `capital_text` is read by core.values.money (a bare number is 万元).
    """

    name: str
    credit_code: str | None = None
    code_overridden: bool = False
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    status: EnterpriseStatus = EnterpriseStatus.ACTIVE
    capital_text: str = ""
    established_on: date | None = None
    headcount: int | None = None
    scope: str = ""
    notes: str = ""
    origin: str = ""


def must_be_live(row: Enterprise) -> None:
    """Refuses every change of an archived company and of what hangs on it."""
    if row.is_archived:
        raise RuleBroken("这家企业已归档，只能查看。需要改动请先恢复")


def current_data(row: Enterprise) -> EnterpriseData:
    """What a form is filled with."""
    industry = row.industry_code or ""
    return EnterpriseData(
        name=row.name,
        credit_code=row.credit_code,
        code_overridden=row.code_overridden,
        aliases=_of_kind(row, NameKind.ALIAS),
        former_names=_of_kind(row, NameKind.FORMER),
        region=division_names([row.region_code]).get(row.region_code or "", row.region_code or ""),
        industry=f"{industry_names([industry]).get(industry, '')} {industry}".strip(),
        status=row.status,
        capital_text=row.capital_text or "",
        established_on=row.established_on,
        headcount=row.headcount,
        scope=row.scope,
        notes=row.notes,
        origin=row.origin,
    )


def _of_kind(row: Enterprise, kind: NameKind) -> tuple[str, ...]:
    return tuple(other.name for other in row.other_names if other.kind is kind)


def checked_columns(data: EnterpriseData, exclude_id: int | None) -> dict[str, object]:
    problems: dict[str, str] = {}
    code = _checked_code(data, exclude_id, problems)
    values: dict[str, object] = {
        "name": data.name,
        "name_key": name_key(data.name),
        "core_key": core_key(data.name),
        "credit_code": code.code,
        "live_code": code.code,
        "code_overridden": code.problem is not None,
        "region_code": place(data.region, problems),
        "industry_code": _industry(data.industry, problems),
        "status": data.status,
        "capital_text": data.capital_text or None,
        "capital": read_amount(data.capital_text).yuan or None,
        "established_on": data.established_on,
        "headcount": data.headcount,
        "scope": data.scope,
        "notes": data.notes,
        "origin": data.origin,
    }
    problem = name_problem(data.name)
    if problem:
        problems["name"] = problem
    if data.established_on and data.established_on > today():
        problems["established_on"] = "成立日期不能晚于今天"
    if problems:
        raise RuleBroken(problems)
    return values


def _checked_code(data: EnterpriseData, exclude_id: int | None, problems: dict[str, str]) -> CodeCheck:
    code = check_credit_code(data.credit_code)
    if code.problem and not (code.may_override and data.code_overridden):
        problems["credit_code"] = code.problem
    elif code.code:
        holder = queries.live_row_with_code(code.code, exclude_id)
        if holder:
            problems["credit_code"] = _taken(holder)
    return code


def _taken(holder: Enterprise) -> str:
    return f"「{holder.name}」已经用这个信用代码登记，请打开它补充，不要再登记一次"


def refuse_taken_code(code: str, exclude_id: int) -> None:
    holder = queries.live_row_with_code(code, exclude_id)
    if holder:
        ways = "是同一家的，打开它补充，或先归档它再恢复这一家；不是同一家的，选「不带信用代码恢复」"
        raise RuleBroken({"credit_code": f"「{holder.name}」现在用着这个信用代码，两家不能同时用。{ways}"})


def place(text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    found = read_division(text)
    if found is None:
        problems["region"] = "没有认出这个地方，请从提示里选，或写全称、6 位代码，例如：江苏省苏州市吴中区"
        return None
    return found.code


def _industry(text: str, problems: dict[str, str]) -> str | None:
    if not text:
        return None
    found = read_industry(text)
    if found is None:
        problems["industry"] = "没有认出这个行业，请从提示里选，或写国标代码，例如：C3841"
        return None
    return found.code


def flush_company() -> None:
    try:
        db.session.flush()
    except IntegrityError as broken:
        if "live_code" not in str(broken.orig):
            raise
        # Somebody registered the same code between our look and our write.
        raise RuleBroken({"credit_code": "刚刚有人用这个信用代码登记了，请到企业库里打开它"}) from broken
