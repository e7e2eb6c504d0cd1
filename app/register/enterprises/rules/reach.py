"""Telephone numbers and addresses: read, masked, how many may be opened, and where they must not stand."""

import re

from app.core.values.clean import clean_line, in_half_width
from app.core.values.settings import Setting
from app.register.accounts.enums import Role
from app.register.enterprises.rules.codes import ROUNDED

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
    if ROUNDED.match(plain.upper()):
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
