"""The credit code: GB 32100, with the organisation code of GB 11714 inside."""

import re
import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc

from app.core.values.clean import says_nothing


def codes_differ(mine: str | None, theirs: str | None) -> bool:
    """Two credit codes that differ are two legal persons, however alike their names."""
    return bool(mine and theirs and mine != theirs)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """A credit code as read. `problem` refuses it, unless `may_override` and a person insists.

    `warning` is worth a look and refuses nothing. No code at all is no problem: `code` is None.
    """

    code: str | None
    problem: str | None = None
    may_override: bool = False
    warning: str = ""


_NO_CODE = CodeCheck(None)
CODE_LENGTH = 18
_NOT_IN_CODES = re.compile("[^0-9A-HJ-NPQRTUWXY]")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROUNDED = re.compile(r"^\d(?:\.\d+)?E\+?\d+$")


def check_credit_code(text: str | None) -> CodeCheck:
    """Reads a 统一社会信用代码 as people and spreadsheets write it, and says what is wrong with it."""
    plain = unicodedata.normalize("NFKC", text or "").upper().strip().strip("'`‘’").strip()
    if says_nothing(plain):
        return _NO_CODE
    if ROUNDED.match(plain):
        return CodeCheck(plain, "被表格软件改成了科学计数法，后几位已丢失，请从营业执照重新抄写")
    code = re.sub(r"[\s\-‐-―]+", "", plain)
    refused = _shape_problem(code)
    if refused:
        return CodeCheck(code[:CODE_LENGTH], refused)
    if code[-1] != uscc.calc_check_digit(code[:-1]):
        return CodeCheck(
            code, "最后一位校验不对，请对照营业执照；确实如此的，勾选「代码无误」", may_override=True
        )
    return CodeCheck(code, warning=_organisation_warning(code))


def _shape_problem(code: str) -> str | None:
    if len(code) == 15 and code.isdigit():
        return "这是旧的 15 位注册号，请写 18 位统一社会信用代码"
    if len(code) != CODE_LENGTH:
        return f"统一社会信用代码是 18 位，现在是 {len(code)} 位"
    wrong = _NOT_IN_CODES.search(code)
    if wrong:
        return f"第 {wrong.start() + 1} 位「{wrong[0]}」不会出现在信用代码里，是不是把数字看成了字母？"
    return None


def _organisation_warning(code: str) -> str:
    body, check = code[8:16], code[16]
    total = sum(
        _CHARACTERS.index(letter) * weight for letter, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    remainder = (11 - total % 11) % 11
    expected = "X" if remainder == 10 else str(remainder)
    return "" if check == expected else "信用代码里的组织机构代码（第 9 到 17 位）校验不对，请再核对一次"
