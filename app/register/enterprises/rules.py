"""What makes two companies the same, whether a credit code holds, how a phone number is shown. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from opencc import OpenCC
from rapidfuzz import fuzz
from stdnum.cn import uscc

from app.core.values.clean import clean_line, fold_radicals, in_half_width, says_nothing
from app.core.values.settings import Setting
from app.register.accounts.enums import Role
from app.register.reference.rules import place_names, place_prefix, places_in, without_places

NAME_LENGTH = 120
HEAD_LENGTH = 2  # characters of the core by which near names are looked up
_ALIKE = 80  # rapidfuzz ratio (0-100) of two cores from which people should look
_MUCH_ALIKE = 90
MANY_NUMBERS = 0.8  # of a day's budget: then the head of the bureau is told, while there is something to ask

# Two dozen calls are a full day on the telephone; the head of the bureau answers for more companies. Each
# person counts once a day, however often their number is opened.
MOST_NUMBERS = Setting(
    name="most_numbers",
    group="联系人号码",
    label="一天最多查看几个人的号码",
    unit="个",
    least=1,
    most=1000,
    default=40,
    hint="看过的号码当天再看不另算。用到八成，招商局负责人的工作台上会提示",
    roles=(Role.BUREAU_HEAD, Role.OFFICER, Role.RESIDENT),
    exceptions={Role.BUREAU_HEAD: 60},
)

# --- names ---

_SEPARATORS = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_LEGAL_FORM = re.compile(
    "(?:集团|控股)?(?:股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|分公司|公司"
    "|集团|有限合伙企业|合伙企业|个人独资企业|专业合作社|合作社|有限合伙|普通合伙)$"
)


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1024)  # whoever reads a name asks for several keys of it
def _folded(name: str) -> str:
    """Half width, lower case, simplified characters, none of them a radical."""
    folded = unicodedata.normalize("NFKC", fold_radicals(name)).lower()
    return folded if folded.isascii() else str(_simplifier().convert(folded))


def _squashed(folded: str) -> str:
    return _SEPARATORS.sub("", folded)[:NAME_LENGTH]


@lru_cache(maxsize=1024)
def name_key(name: str) -> str:
    """The name without width, case, script, spaces and punctuation: equal keys are the same name."""
    return _squashed(_folded(name))


def core_key(name: str) -> str:
    """The name without place and legal form: 澜川新材料(苏州)有限公司 and 苏州澜川新材料 share one.

    Where nothing would remain, the key of the whole name.
    """
    folded = _folded(name)
    if "(" in folded:
        folded = _BRACKETED.sub(lambda found: "" if found[1] in place_names() else found[0], folded)
    squashed = _squashed(folded)
    core = without_places(_without_legal_form(squashed))
    return core if len(core) >= HEAD_LENGTH else squashed or name_key(name)


def _without_legal_form(squashed: str) -> str:
    shorter = _LEGAL_FORM.sub("", squashed)
    return shorter if len(shorter) >= HEAD_LENGTH else squashed


_FORM_ALONE = re.compile("(?:股份有限公司|有限责任公司|责任有限公司|有限公司|股份公司|公司)$")


def differ_in_form_alone(mine: str, theirs: str) -> bool:
    """Whether two names are one but for 有限公司, 有限责任公司, 股份有限公司: no change of name by itself."""
    keys = name_key(mine), name_key(theirs)
    bare = {_FORM_ALONE.sub("", key) for key in keys}
    return keys[0] != keys[1] and len(bare) == 1 and len(bare.pop()) >= HEAD_LENGTH


def name_problem(name: str) -> str | None:
    """Why a text cannot be a company name."""
    if len(name_key(name)) < 2:
        return "写企业全称，至少两个汉字或字母，例如：苏州澜川新材料有限公司"
    return None


# --- duplicates ---


def places_of(region_code: str | None, name: str) -> frozenset[str]:
    """Where a company is: the beginning of its division code down to the prefecture, else what its name says;
    empty when nobody knows.
    """
    return frozenset({place_prefix(region_code)}) if region_code else places_in(_folded(name))


def places_agree(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two companies may be in the same prefecture: those that are alike but for place or legal form
    are mostly strangers elsewhere (932 such pairs among 50,000 real companies, 52 of them in one prefecture).
    """
    if not (mine and theirs):
        return True
    return any(one.startswith(other) or other.startswith(one) for one in mine for other in theirs)


def codes_differ(mine: str | None, theirs: str | None) -> bool:
    """Two credit codes that differ are two legal persons, however alike their names."""
    return bool(mine and theirs and mine != theirs)


class Likeness(IntEnum):
    """How alike two companies are, the surest first."""

    SAME_CODE = 1
    SAME_NAME = 2
    SAME_OTHER_NAME = 3
    SAME_CORE = 4
    MUCH_ALIKE = 5
    ALIKE = 6

    @property
    def words(self) -> str:
        return _LIKENESS_WORDS[self]


_LIKENESS_WORDS: Mapping[Likeness, str] = {
    Likeness.SAME_CODE: "信用代码相同",
    Likeness.SAME_NAME: "名称相同",
    Likeness.SAME_OTHER_NAME: "与它的曾用名或别名相同",
    Likeness.SAME_CORE: "去掉地名和公司形式后相同",
    Likeness.MUCH_ALIKE: "名称很相近",
    Likeness.ALIKE: "名称相近",
}


def likeness_of_cores(mine: str, theirs: str) -> Likeness | None:
    """Compares two core keys; None when they are different companies as far as names tell."""
    if mine == theirs:
        return Likeness.SAME_CORE
    ratio = fuzz.ratio(mine, theirs)
    if ratio >= _MUCH_ALIKE:
        return Likeness.MUCH_ALIKE
    return Likeness.ALIKE if ratio >= _ALIKE else None


# --- the credit code (GB 32100, with the organisation code of GB 11714 inside) ---


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
_ROUNDED = re.compile(r"^\d(?:\.\d+)?E\+?\d+$")


def check_credit_code(text: str | None) -> CodeCheck:
    """Reads a 统一社会信用代码 as people and spreadsheets write it, and says what is wrong with it."""
    plain = unicodedata.normalize("NFKC", text or "").upper().strip().strip("'`‘’").strip()
    if says_nothing(plain):
        return _NO_CODE
    if _ROUNDED.match(plain):
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


# --- contacts ---

_MOBILE = re.compile(r"(1[3-9](?:-?\d){9})((?<=\d)-\d{1,6})?")
_PHONE = re.compile(r"(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?|[48]00-?\d{3,4}-?\d{3,4}(?:-\d{1,6})?")
_DASHES = re.compile("[‐-―−﹣]")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x):?(\d{1,6})(?:分机|号)?$", re.IGNORECASE)
_HOME_COUNTRY = re.compile(r"^(?:\+|00)86-?|^86-?(?=1[3-9](?:-?\d){9}$)")
_OTHER_COUNTRY = re.compile(r"\+\d{6,15}")
_NO_ZERO = re.compile(r"(?:10\d{8}|[2-9]\d{9,10})")
_NO_AREA = re.compile(r"[48]00\d{7}")
_NEARLY_MOBILE = re.compile(r"1[3-9]\d{8}(?:\d{2})?")
LOST_ZERO = "座机区号前面的 0 没有了，补上，写成 0512-12345678 这样；表格里这一列设成文本格式"
LOST_DIGITS = "号码被表格软件改成了科学计数法，后几位已丢失，请重新抄写"


def read_phone(text: str) -> tuple[str | None, str | None]:
    """(number as kept, problem): mobile, landline with area code and extension, 400/800, +country number."""
    plain = _plain_phone(text)
    if not plain:
        return None, None
    mobile = _MOBILE.fullmatch(plain)
    if mobile:
        return mobile[1].replace("-", "") + (mobile[2] or ""), None
    if _PHONE.fullmatch(plain):
        return plain, None
    if _OTHER_COUNTRY.fullmatch(plain.replace("-", "")):
        return plain.replace("-", ""), None
    return None, _phone_problem(plain)


def _plain_phone(text: str) -> str:
    """Half width, one kind of dash, without gaps, brackets, the .0 of a spreadsheet, our own country code."""
    plain = _DASHES.sub("-", in_half_width(clean_line(text)))
    plain = re.sub(r"\((0\d{2,3})\)-?", r"\1-", re.sub(r"\s+", "", plain))
    plain = _EXTENSION.sub(r"-\1", re.sub(r"[()]|(?<=\d)\.0+$", "", plain)).replace("--", "-")
    home = _HOME_COUNTRY.sub("", plain)
    if home != plain and not re.match("0|1[3-9]", home):
        home = f"0{home}"
    home = re.sub("^00(?=[1-9])", "+", home)
    return re.sub(r"^(0\d{2,3}-\d{3,4})-(?=\d{4}$)", r"\1", home)


def _phone_problem(plain: str) -> str:
    digits = plain.replace("-", "")
    if _ROUNDED.match(plain.upper()):
        return LOST_DIGITS
    if _NO_ZERO.fullmatch(digits) and not _NO_AREA.fullmatch(digits):
        return LOST_ZERO
    if _NEARLY_MOBILE.fullmatch(digits):
        return f"手机号是 11 位，现在是 {len(digits)} 位，核对后写成 13812346021 这样"
    return "电话写成 13812346021、0512-12345678 或 +81312345678 这样"


def dialled(phone: str | None) -> str:
    """A kept number as a telephone takes it, the extension after a pause; "" for words that are no number."""
    number, _problem = read_phone(phone or "")
    return re.sub(r"(?<=\d{7})-(\d{1,6})$", r",\1", number or "")


def masked_phone(phone: str | None) -> str | None:
    """138****6021: what everybody may see of a number."""
    if not phone:
        return None
    if len(phone) < 8:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


def masked_email(address: str | None) -> str | None:
    """s***@example.com"""
    if not address:
        return None
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"


# --- what must not stand where it is kept for good ---

_SPREAD = r"[\s\-‐-―－()（）.·]*"  # between the digits of one number: 138 1234-6021
_DIGITS = re.compile(rf"\d(?:{_SPREAD}\d)*")
_DAY = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_IS_NUMBER = 7  # digits that can only be a telephone, an identity card or the like
_IS_PART = 4  # digits that mean somebody's number, where they stand in it


def tells_who(text: str, name: str, *reached_by: str | None) -> bool:
    """Whether a text holds the name of somebody, what they are `reached_by` (phone, e-mail) or four digits of
    it in a row, or any number as long as a telephone's. A day (2026-11-20) is none.
    """
    plain = in_half_width(text)
    squashed = "".join(plain.split()).casefold()
    wanted = ("".join(in_half_width(one).split()).casefold() for one in (name, *filter(None, reached_by)))
    if any(one and one in squashed for one in wanted):
        return True
    known = ["".join(filter(str.isdigit, one)) for one in reached_by if one]
    for found in _DIGITS.findall(_DAY.sub(" 日 ", plain)):
        digits = "".join(filter(str.isdigit, found))
        if len(digits) >= _IS_NUMBER:
            return True
        if len(digits) >= _IS_PART and any(digits in one for one in known):
            return True
    return False
