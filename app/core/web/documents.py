"""A Word document as offices here write it: A4 across, 仿宋, a title in the middle, tables with lines."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT, SMALL, HEADING, TITLE = 10.5, 8, 12, 18  # points
_FONT = "仿宋_GB2312"


class WordDocument:
    """What a document is written with, from top to bottom."""

    def __init__(self) -> None:
        self.made: Any = docx.Document()
        section = self.made.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Mm(15))
        style = self.made.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(TEXT)
        # Word takes the font of Chinese from an attribute of its own.
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)

    def title(self, words: str) -> None:
        self._paragraph(words, TITLE, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, words: str) -> None:
        paragraph = self._paragraph(words, HEADING, bold=True)
        paragraph.paragraph_format.space_before = Pt(HEADING)
        paragraph.paragraph_format.keep_with_next = True

    def text(self, words: str) -> None:
        self._paragraph(words, TEXT)

    def _paragraph(self, words: str, size: float, *, bold: bool = False) -> Any:
        paragraph = self.made.add_paragraph()
        run = paragraph.add_run(words)
        run.font.size, run.bold = Pt(size), bold
        return paragraph

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """The first row is the heading and comes again on each page."""
        cells = [list(row) for row in rows]
        table = self.made.add_table(rows=len(cells), cols=len(cells[0]))
        table.style = "Table Grid"
        again = OxmlElement("w:tblHeader")
        again.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(again)  # noqa: SLF001 - python-docx has no name for it
        # One walk over the rows: `table.cell` looks each up in the whole table.
        for row, words in zip(table.rows, cells, strict=True):
            for cell, said in zip(row.cells, words, strict=True):
                cell.paragraphs[0].add_run(said).font.size = Pt(SMALL)

    def packed(self) -> bytes:
        target = io.BytesIO()
        self.made.save(target)
        return target.getvalue()
