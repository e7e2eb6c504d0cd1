"""Text as it comes in: composed, without control characters, within bounds. The one layer before the ORM."""

import re
import unicodedata

from search.language.radicals import fold_radicals as fold_radicals

# C0 and C1 controls except tab and newline, bidirectional overrides, zero-width marks, the soft hyphen.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_LONGEST_MARK = 40  # a row of dashes as wide as the column
_SIGNS = "~|^=`"  # what people draw into a cell, though Unicode calls it no punctuation
_WORDS_OF_NOTHING = frozenset(
    [
        "没有",
        "空",
        "空白",
        "暂无",
        "暂缺",
        "缺",
        "未填",
        "未填写",
        "暂未填写",
        "尚未填写",
        "未录入",
        "未提供",
        "未登记",
        "未知",
        "不详",
        "不明",
        "不清楚",
        "无数据",
        "暂无数据",
        "暂无信息",
        "无信息",
        "无内容",
        "暂无内容",
        "未公示",
        "未公开",
        "未披露",
        "不公示",
        "不披露",
        "选择不公示",
        "企业选择不公示",
        "企业未公示",
        "na",
        "nil",
        "null",
        "none",
        "nan",
    ]
)
_BEGINNINGS = frozenset(word[0] for word in _WORDS_OF_NOTHING) | {"无"}


def clean_text(text: str) -> str:
    r"""NFC, characters for radicals (⻓ from a PDF is 长), newlines as \\n, no controls, no lone surrogates,
    no space at the ends.
    """
    # Nearly every text: none of the unwanted is printable, nor any white space but the plain one.
    if text.isascii() and text.isprintable():
        return text.strip()
    text = fold_radicals(text)
    if text.isprintable():
        return unicodedata.normalize("NFC", text).strip()
    text = _SURROGATES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", unicodedata.normalize("NFC", text)).strip()


def clean_line(text: str) -> str:
    """The same, on one line."""
    return on_one_line(clean_text(text))


def on_one_line(cleaned: str) -> str:
    """What has been cleaned already, on one line."""
    if cleaned.isprintable() and "  " not in cleaned:
        return cleaned
    return re.sub(r"\s+", " ", cleaned)


def in_half_width(text: str) -> str:
    """Figures and letters in half width. A raised, lowered or circled figure is a mark, no figure: 5² is not
    52, ① not 1; ※ stands where it stood.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", "".join("※" if _is_raised(sign) else sign for sign in text))


def _is_raised(sign: str) -> bool:
    return unicodedata.category(sign) == "No"


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: 无, 暂无, 未公示, N/A, — or any run of punctuation.

    The one list for every column of an import. A formula error (#N/A) says something: it was meant to work.
    """
    if len(text) > _LONGEST_MARK or _begins_otherwise(text[:1]):
        return False
    plain = clean_text(unicodedata.normalize("NFKC", text)).lower()
    bare = "".join(sign for sign in plain if not _is_mark(sign))
    return not bare or (not plain.startswith("#") and (bare in _WORDS_OF_NOTHING or set(bare) == {"无"}))


def _begins_otherwise(sign: str) -> bool:
    """Nearly every text: it begins with a figure or a character with which no word of nothing begins."""
    return "0" <= sign <= "9" or ("\u4e00" <= sign <= "\u9fff" and sign not in _BEGINNINGS)


def _is_mark(sign: str) -> bool:
    return sign.isspace() or sign in _SIGNS or unicodedata.category(sign).startswith("P")
