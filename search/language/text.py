"""The ground of the analysis: folding text to one form, and cutting it into runs and terms.

Both backends and the highlighter work on folded text, so that what matches is also what is marked.
"""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from search.language import pinyin
from search.language.radicals import fold_radicals

MAX_QUERY = 100
MAX_TERMS = 12

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc]")
# Scripts written without spaces: 汉字 (all planes), kana, hangul.
_DENSE = "\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_DENSE}]+|[^\\W_{_DENSE}]+")
_DENSE_CHAR = re.compile(f"[{_DENSE}]")
_TERM_GAP = re.compile(r"[\s,;|、。]+")
_MARKS = tuple(zip("；，：（）！？", ";,:()!?", strict=True))
_LETTERS = re.compile("[a-z]+")
_QIAN, _KEPT = "乾", "\ue000"
_DRY = re.compile("[饼果肉菜笋鱼枣晒烘风葡萄豆腐]乾|乾[果货燥洗粉式旱衣鲜酪湿净脆冰草电]")


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def warm() -> None:
    """Load everything that is slow or large, before processes fork (pypinyin is 56 MB)."""
    pinyin.warm()
    fold("預熱")


def clean(text: str) -> str:
    """Without control characters and halves of surrogate pairs, which no engine accepts."""
    return _UNPRINTABLE.sub(" ", text)


def _simplified(text: str) -> str:
    """乾 is simplified only where it means dry: nearly always it is the qian of a brand."""
    if _QIAN not in text:
        return str(_converter().convert(text))
    kept = str(_converter().convert(text.replace(_QIAN, _KEPT))).replace(_KEPT, _QIAN)
    return _DRY.sub(lambda dry: dry[0].replace(_QIAN, "干"), kept)


def _compatible(text: str) -> str:
    """Characters for radicals; NFKC, which is slow, only for what has more than the full-width marks of
    every Chinese text.
    """
    text = fold_radicals(text)
    for wide, narrow in _MARKS:
        text = text.replace(wide, narrow)
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """Full-width to half-width, radicals to characters, lower case, traditional to simplified; ü is v,
    apostrophes vanish.
    """
    folded = _compatible(clean(text)).lower()
    if not folded.isascii():
        folded = _simplified(folded).replace("ü", "v")
    return _APOSTROPHES.sub("", folded)


def runs(folded: str) -> list[str]:
    """Stretches of one sort: 汉字, or letters and digits. Everything else only separates."""
    return _RUN.findall(folded)


def squash(folded: str) -> str:
    return "".join(runs(folded))


def is_dense(run: str) -> bool:
    first = run[0]
    # Nearly every run is plain Chinese or plain ASCII; only the rest is worth a pattern.
    return "\u4e00" <= first <= "\u9fff" or (first > "\u3006" and bool(_DENSE_CHAR.match(run)))


def is_letters(term: str) -> bool:
    return term.isascii() and bool(_LETTERS.fullmatch(term))


def query_terms(text: str) -> tuple[str, ...]:
    """The squashed terms of a query, cut to what a person types; whitespace and listing marks separate."""
    folded = fold(text[: 10 * MAX_QUERY]).strip()[:MAX_QUERY]
    squashed = (squash(part) for part in _TERM_GAP.split(folded))
    return tuple(dict.fromkeys(term for term in squashed if term))[:MAX_TERMS]
