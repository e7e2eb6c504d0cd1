"""What a cell says: its text, nothing, or what stands there in place of text, an error or a picture, which is
empty and said so. Pure.
"""

import re
from functools import lru_cache

from app.core.values.clean import clean_text, says_nothing

# Newer ones (#SPILL!, #CALC!) are kept in the file as the old ones are.
_ERROR = re.compile(r"^#(?:N/A|[A-Z]+(?:[/_][A-Z0]+)?[!?]|GETTING_DATA)$")
# WPS keeps a picture inside a cell as this formula; Excel's own stands for a picture too.
_PICTURE = re.compile(r"^=?(?:_xlfn\.)?(?:DISPIMG|IMAGE)\(", re.IGNORECASE)

_BEGINNINGS = frozenset("#=_DdIi")

NO_RESULT = "=公式"  # what the reader of workbooks writes for a formula that was saved without its result


def why_empty(text: str) -> str:
    """The sentence about a cell that holds no text, or "" for one that does."""
    if text[:1] not in _BEGINNINGS:
        return ""  # nearly every cell
    if _ERROR.match(text):
        return f"这一格是错误值 {text}"
    if text == NO_RESULT:
        return "这一格是公式，文件里没有结果。用 Excel 或 WPS 打开，保存后再传"
    return "这一格是图片" if _PICTURE.match(text) else ""


def told(cell: str) -> str:
    """What a cell says, cleaned; "" where it only says that there is nothing."""
    return _told_shortly(cell) if len(cell) <= _SHORT else _told_at_length(cell)


def _told_at_length(cell: str) -> str:
    text = _unquoted(clean_text(cell))
    return "" if says_nothing(text) else text


_SHORT = 20  # characters of what lists repeat: places, industries, sums, 存续, 无
_told_shortly = lru_cache(maxsize=4096)(_told_at_length)


def _unquoted(cell: str) -> str:
    """Without the one quote by which spreadsheets keep a figure as text."""
    text = cell.strip()
    return text[1:].strip() if text.startswith("'") else text
