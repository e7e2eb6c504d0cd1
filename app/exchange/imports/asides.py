"""Rows that stand in a table and are no record: totals, section heads, lines for signatures, headings once
more; and 同上, which means the cell above. Pure.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence

from app.core.values.clean import says_nothing
from app.exchange.imports.columns import Layout
from app.exchange.imports.vocabulary import PATH

Row = tuple[int, list[str]]

_DITTO = frozenset({"同上", "同前", "上同", "〃", '"', "''", "″", "”", "“"})
_LONGEST_DITTO = 6
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
# Blanks may stand before it: all of them lie among these.
_DITTO_BEGINS = frozenset(
    {ditto[0] for ditto in _DITTO}
    | {sign for sign in map(chr, (*range(0x100), *range(0x1600, 0x3001), 0xFEFF)) if _BLANKS.match(sign)}
)
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")

_TOTAL = re.compile("^(?:其中[:：]|总?合计|总计|小计|共计|累计|本页[小合]计|页计)|(?:合计|小计|总计)$")
_COUNT_BEGINS = "共计约"
_COUNT = re.compile(rf"^[{_COUNT_BEGINS}]*\d+(?:家|户|个|条|项|企业|公司|单位|项目)+$")
_FOOT = re.compile(
    "^(?:填表|填报|制表|编制|审核|复核|审批|批准|经办|负责|分管领导|主管领导|单位负责|单位领导|统计)"
    "(?:人|人员|单位|部门|日期|时间|领导|签字|签章)?(?:签字|签名|盖章|[(（][^)）]*[)）])*[:：]"
    "|^(?:单位|金额单位|日期|时间|电话|联系电话|联系人|盖章|数据来源|资料来源|截止时间|截至)[:：]"
    "|^(?:填表人|填报人|制表人?|审核人?|复核人|填表日期|填报日期|制表日期|填报单位|填表单位)$"
)
_NOTE = re.compile("^(?:备注|附注|注|说明|填表说明|注意)(?:[:：]|[一二三四五六七八九十\\d]+[、.．:：])")
_NUMBERED = re.compile(
    "^(?:[一二三四五六七八九十]+[、.,:]|[(（][一二三四五六七八九十]+[)）]"
    "|第[一二三四五六七八九十\\d]+[章节部类批组]分?|\\d+(?:、|[.](?=[\u4e00-\u9fff])))"
)
_NUMERAL = re.compile("^[(（]?[一二三四五六七八九十]+[)）]?[、.]?$")
_PAGE = re.compile(r"^第\d+页(?:[,，/]?共\d+页)?$")
_END = re.compile("^[(（]?以下(?:空白|无正文|无内容)[)）]?$")
_MOST_IN_TITLE = 4  # cells of a line of title
_SPEAKS_ALONE = 2  # cells merged over as many columns are a head of what follows


def sorted_rows(
    rows: Iterable[tuple[int, list[str], int]], layout: Layout
) -> Iterator[tuple[Row, str, bool]]:
    """Every row under the headings, 同上 filled in; why it is no record, or ""; whether it says 同上.

    The rows come with the number of columns over which their widest cell is merged, those above the headings
    too: pages printed one after another repeat them.
    """
    above: Sequence[str] = ()
    titles: set[str] = set()
    for number, cells, wide in rows:
        if number < layout.header_row:
            titles |= {text for cell in cells if (text := _folded(cell))}
        if number <= layout.last_header_row:
            continue
        filled = _with_dittos(cells, above)
        why = why_aside(filled, layout, wide) or _why_title(filled, titles)
        if not why:
            above = filled
        yield (number, filled), why, filled is not cells


def filled_rows(rows: Iterable[Row], left_out: Container[int], dittos: Container[int]) -> Iterator[Row]:
    """The rows under the headings as `sorted_rows` gave them, once it has said which are no record and which
    say 同上.
    """
    above: Sequence[str] = ()
    for number, cells in rows:
        filled = _with_dittos(cells, above) if number in dittos else cells
        if number not in left_out:
            above = filled
        yield number, filled


def _why_title(cells: Sequence[str], titles: set[str]) -> str:
    if not titles or len([cell for cell in cells if cell]) > _MOST_IN_TITLE:
        return ""
    texts = {text for cell in cells if (text := _folded(cell))}
    return "是重复的标题" if texts <= titles else ""


def _with_dittos(cells: list[str], above: Sequence[str]) -> list[str]:
    places = [place for place, cell in enumerate(cells) if cell[:1] in _DITTO_BEGINS and _is_ditto(cell)]
    if not places:
        return cells  # nearly every row
    filled = list(cells)
    for place in places:
        filled[place] = above[place] if place < len(above) else ""
    return filled


def _is_ditto(cell: str) -> bool:
    return len(cell) <= _LONGEST_DITTO and _BLANKS.sub("", cell) in _DITTO


def why_aside(cells: Sequence[str], layout: Layout, wide: int = 0) -> str:
    """What the row is when it is no record, as the end of a sentence: 是合计; "" for a record."""
    place, endings = layout.places[layout.vocabulary.naming], layout.vocabulary.endings
    if place < len(cells) and cells[place].endswith(endings) and not _is_count(cells[place]):
        return ""  # nearly every row
    folded = [_folded(cell) for cell in cells]
    filled = [place for place, text in enumerate(folded) if text and not says_nothing(text)]
    if not filled:
        return "是空行"
    name = folded[place] if place < len(folded) else ""
    if _repeats_headings(folded, filled, layout, name):
        return "是重复的表头"
    label = _label(folded, filled, place)
    is_named = _BRACKETS.sub("", label).endswith(endings)
    shape = "" if is_named or not label else _by_shape(folded, filled, place, label, wide)
    return (
        _by_label(label, layout.vocabulary.measure, is_named=is_named)
        or _only_numbered(folded, filled, place)
        or shape
    )


def _label(folded: Sequence[str], filled: Sequence[int], place: int) -> str:
    """What speaks for the row: its name, else what stands before the empty name, else its only cell."""
    if place in filled:
        return folded[place]
    return folded[filled[0]] if filled[0] < place or len(filled) == 1 else ""


def _folded(cell: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", cell))


def _by_label(label: str, measure: str, *, is_named: bool) -> str:
    if _COUNT.match(label):
        return f"是{measure}数"
    if is_named:
        return ""
    for pattern, why in (
        (_TOTAL, "是合计"),
        (_FOOT, "是填表栏"),
        (_NOTE, "是表格的说明"),
        (_PAGE, "是页码"),
        (_END, "是表格的结尾"),
    ):
        if pattern.search(_BRACKETS.sub("", label) if pattern is _TOTAL else label):
            return why
    return ""


def _is_count(cell: str) -> bool:
    """共 12 家企业. Nearly every name begins with a character that begins no count and never folds."""
    first = cell[:1]
    if "\u4e00" <= first <= "\u9fff" and first not in _COUNT_BEGINS:
        return False
    return bool(_COUNT.match(_folded(cell)))


def _only_numbered(folded: Sequence[str], filled: Sequence[int], place: int) -> str:
    is_so = max(filled) < place and all(folded[at].replace(".", "").isdigit() for at in filled)
    return "只有序号" if is_so else ""


def _by_shape(folded: Sequence[str], filled: Sequence[int], place: int, label: str, wide: int) -> str:
    """One cell alone is a head of what follows when it is numbered, merged or stands aside."""
    if len(filled) == 2 and filled[1] == place and _NUMERAL.match(folded[filled[0]]):
        return "是小标题"
    is_alone = len({folded[at] for at in filled}) == 1
    is_head = filled[0] < place or wide > _SPEAKS_ALONE or _NUMBERED.match(label)
    return "是小标题" if is_alone and is_head else ""


def _repeats_headings(folded: Sequence[str], filled: Sequence[int], layout: Layout, name: str) -> bool:
    """The headings once more, as printed pages have them; also a lower row of them."""
    if layout.vocabulary.names(name) and len(filled) > 1:
        return True
    words = {_folded(word) for heading in layout.headings for word in heading.split(PATH)}
    return len(filled) > 1 and all(folded[at] in words for at in filled)
