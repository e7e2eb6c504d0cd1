"""A ranking as offices pass it on: a workbook to reckon with, a Word document to sign."""

from collections.abc import Iterator
from typing import Any

from app.core.web.documents import WordDocument
from app.core.web.workbooks import workbook_of
from app.promotion.assessments.enums import ItemPart
from app.promotion.assessments.queries import Ranking, RankLine
from app.promotion.assessments.rules import POINT, explained, shown_points, shown_quantity, words_of


def as_workbook(ranking: Ranking) -> bytes:
    """The ranking with the number and the points of each item, and how each is scored."""
    told = [["考核项", "怎么算分"], *([item.name, words_of(item)] for item in ranking.items)]
    return workbook_of({"排名": _table(ranking), "怎么算的": told}, held=2)


def _table(ranking: Ranking) -> list[list[Any]]:
    columns = [name for item in ranking.items for name in (f"{item.name}，数", f"{item.name}，分")]
    headings = [
        "名次",
        ranking.scheme.by.label,
        "得分",
        *(part.label for part in ItemPart),
        *columns,
        "补到 0 或否决",
    ]
    rows = [
        [line.place, line.group.name, line.of.total / POINT, line.activity / POINT, line.outcome / POINT]
        + [number for one in line.of.lines for number in (one.quantity / one.item.piece, one.points / POINT)]
        + [line.of.levelled / POINT]
        for line in ranking.lines
    ]
    return [headings, *rows]


# --- as a document -----------------------------------------------------------------------------------


def as_document(ranking: Ranking, title: str, made_by: str) -> bytes:
    """The ranking on A4, then what each score is made of, then how each item is scored; 分."""
    made = WordDocument()
    made.title(title)
    closing = ranking.closing
    issued = f"已结账，第 {closing.revision} 次公布" if closing else "没有结账，随时会变"
    made.text(f"{issued}　　单位：分　　招商口径，按全县算　　{made_by}")
    if closing and closing.revision > 1:
        made.text(f"这次公布改了什么：{closing.reason}")
    made.table(_places(ranking))
    for line in ranking.lines:
        made.heading(f"{line.group.name}：{shown_points(line.of.total)} 分，第 {line.place}")
        made.table(_reasons(ranking, line))
    made.heading("怎么算分")
    for item in ranking.items:
        made.text(f"{item.name}：{words_of(item)}")
    made.text("总分不低于 0。")
    return made.packed()


def _places(ranking: Ranking) -> Iterator[list[str]]:
    parts = [part.label for part in ItemPart]
    yield [
        "名次",
        ranking.scheme.by.label,
        "比上期",
        "得分",
        *parts,
        *(item.name for item in ranking.items),
    ]
    for line in ranking.lines:
        yield [
            str(line.place),
            line.group.name,
            _moved(line),
            shown_points(line.of.total),
            *(shown_points(line.of.part(part)) for part in ItemPart),
            *(shown_points(one.points) for one in line.of.lines),
        ]


def _moved(line: RankLine) -> str:
    if line.moved is None:
        return "新"
    return f"升 {line.moved}" if line.moved > 0 else f"降 {-line.moved}" if line.moved < 0 else "平"


def _reasons(ranking: Ranking, line: RankLine) -> Iterator[list[str]]:
    yield ["考核项", "数", "怎么来的", "分"]
    for one in line.of.lines:
        column = [each[one.item.code] for each in ranking.quantities.values()]
        quantity = shown_quantity(one.quantity, one.item.counting)
        yield [one.item.name, quantity, explained(one, column), shown_points(one.points)]
    if line.of.levelled:
        what, why = line.of.levelled_because
        yield [what, "", why, shown_points(line.of.levelled)]
    yield ["得分", "", "", shown_points(line.of.total)]
