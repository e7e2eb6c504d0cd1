"""A copy of a workbook in which some cells stand as the text a person sees, since readers lose it: errors
(#N/A comes as empty, #SPILL! fails the sheet), amounts whose unit is in the number format, percentages,
pictures, and formulas that came without their result.
"""

import re
import zipfile
from contextlib import suppress
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

from app.exchange.imports.cells import NO_RESULT
from app.exchange.imports.child.formats import LONGEST_FORMAT, is_percentage, shown, speaks_of_money

_PERCENTAGES = {"9": "0%", "10": "0.00%"}  # formats that no workbook spells out
_MOST_STYLES = 70_000  # a spreadsheet holds 65,490
_ERROR = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*?\s)?t\s*=\s*["'])e(["'])""")
_FORMULA = re.compile(
    rb"<((?:\w+:)?)c(\s[^<>]*[^<>/])>(<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<>]*</(?:\w+:)?f>))"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>([^<>]*)</(?:\w+:)?v>)?</\1c>"
)
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w*)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*([^<>]*?)\s*</(?:\w+:)?v>")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")


def with_words(path: Path, folder: Path, *, percentages: bool = False) -> Path:
    """The file to read: the same one, or a copy beside it when it holds such cells. `percentages` are told as
    25% where the table has shares. Damage is left to the reader to find.
    """
    with zipfile.ZipFile(path) as archive:
        formats = _telling_formats(archive, percentages=percentages)
        sheets = [name for name in archive.namelist() if _is_sheet(name)]
        changed = {}
        for name in sheets:
            before = archive.read(name)
            after = _ERROR.sub(rb"\1str\2", _with_amounts(before, formats))
            after = _FORMULA.sub(_without_result, after) if b"f>" in after or b"f " in after else after
            if after != before:
                changed[name] = after
        if not changed:
            return path
        copy = folder / "patched.xlsx"
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for name in archive.namelist():
                if name in changed:
                    target.writestr(name, changed.pop(name))
                elif name.lower().endswith((".xml", ".rels")):
                    target.writestr(name, archive.read(name))
    return copy


def _is_sheet(name: str) -> bool:
    return "worksheets/" in name.lower() and name.lower().endswith(".xml")


def _with_amounts(xml: bytes, formats: dict[bytes, str]) -> bytes:
    if not formats:
        return xml
    styles = b"|".join(sorted(formats))
    cell = re.compile(
        rb"""<((?:\w+:)?)c(?=[^<>]*\ss\s*=\s*["'](?:%b)["'])(\s[^<>]*[^<>/])>(.*?)</\1c>""" % styles,
        re.DOTALL,
    )

    def written(found: re.Match[bytes]) -> bytes:
        prefix, attributes, inside = found.groups()
        kind, value, style = _TYPE.search(attributes), _VALUE.search(inside), _STYLE.search(attributes)
        if not value or not style or (kind and kind[1] != b"n"):
            return found[0]
        text = _shown(formats[style[1]], value[1])
        if text is None:
            return found[0]
        return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (
            *(prefix, _TYPE.sub(b"", attributes), prefix, escape(text).encode(), prefix, prefix),
        )

    return cell.sub(written, xml)


def _without_result(found: re.Match[bytes]) -> bytes:
    """A formula that shows a picture, or whose program kept no result; "" is a result of text."""
    prefix, attributes, formula, value = found.groups()
    kind = _TYPE.search(attributes)
    is_picture = b"DISPIMG(" in formula
    if not is_picture and (value or (kind and kind[1] == b"str")):
        return found[0]
    text = b'=DISPIMG("")' if is_picture else NO_RESULT.encode()
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (
        *(prefix, _TYPE.sub(b"", attributes), prefix, text, prefix, prefix),
    )


def _shown(code: str, value: bytes) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return None
    # Infinity and figures that no amount reaches are left to the reader.
    return shown(code, number) if abs(number) < 1e15 else None


def _telling_formats(archive: zipfile.ZipFile, *, percentages: bool) -> dict[bytes, str]:
    """Index of a cell's style -> its format, for those that show a unit, a currency or a percentage."""
    name = next((name for name in archive.namelist() if name.lower().endswith("xl/styles.xml")), None)
    reader = _Styles()
    if name:
        reader.read(archive.read(name))
    telling = {
        number
        for number, code in reader.codes.items()
        if speaks_of_money(code) or (percentages and is_percentage(code))
    }
    return {
        str(place).encode(): reader.codes[number]
        for place, number in enumerate(reader.styles)
        if number in telling
    }


class _Styles:
    """The number formats of a workbook and which of them each style of a cell has."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = dict(_PERCENTAGES)
        self.styles: list[str] = []
        self._among_styles = False

    def read(self, xml: bytes) -> None:
        """Damage is left to the reader of the sheets to find."""
        parser = ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        with suppress(ExpatError):
            parser.Parse(xml, True)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        number = attributes.get("numFmtId", "")
        if local == "cellXfs":
            self._among_styles = True
        elif local == "numFmt":
            self.codes[number] = attributes.get("formatCode", "")[:LONGEST_FORMAT]
        elif local == "xf" and self._among_styles and len(self.styles) < _MOST_STYLES:
            self.styles.append(number)

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "cellXfs":
            self._among_styles = False
