"""A row of a table of companies as understood, and what of it goes into the notes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.exchange.imports.companies.codebook import Unread
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.people import ContactPerson
from app.exchange.imports.rows import RowReading
from app.register.enterprises.enums import NameKind

LONGEST_NOTES = 2000  # as in the form of an enterprise

Values = dict[str, Any]  # column of the enterprise table -> value


@dataclass(slots=True)
class CompanyRow(RowReading):
    """One row as understood, with what a company has beside its own columns."""

    other_names: tuple[tuple[NameKind, str], ...] = ()  # former ones first
    people: tuple[ContactPerson, ...] = ()
    unread: tuple[Unread, ...] = ()  # industry and place that nobody understood
    own_notes: str | None = None  # the notes of the file alone


def keep_unread(reading: CompanyRow, known: Mapping[str, Any] | None = None) -> None:
    """The notes that the row leaves behind: those of the company `known`, to which the notes of the file and
    what was not understood are added line by line, each once; nothing is replaced.

    A company that has such a value keeps it; the words for it are not needed unless they are news.
    """
    if not (reading.own_notes or reading.unread):
        reading.values.pop("notes", None)
        return  # nearly every row
    old = str(known["notes"]) if known else ""
    notes, left_over = with_lines(old, (reading.own_notes or "").splitlines())
    if left_over:
        reading.doubts[Column.NOTES] = "备注写满了，没有写进去"
    for one in reading.unread:
        is_there = one.line in old.splitlines()
        has_it = bool(known and known.get(one.field)) and not is_there
        becomes = f"库里已有的{one.kind}不变" if has_it else f"{one.kind}{one.instead}"
        if has_it and not one.is_news:
            reading.doubts[one.column] = f"{one.start}，{becomes}"
            continue
        notes, left_over = with_lines(notes, [one.line])
        what = "备注写满了，原文没有写进去" if left_over else "原文写进备注"
        reading.doubts[one.column] = f"{one.start}，{becomes}，{what}"
    if notes != old:
        reading.values["notes"] = notes
    else:
        reading.values.pop("notes", None)


def with_lines(notes: str, lines: Sequence[str]) -> tuple[str, bool]:
    """(notes with the lines that do not stand there yet, whether some had no room)."""
    kept = [line.strip() for line in notes.splitlines()]
    fresh = [line for line in dict.fromkeys(line.strip() for line in lines) if line and line not in kept]
    longer = "\n".join(filter(None, [notes, *fresh]))
    return (notes, True) if len(longer) > LONGEST_NOTES else (longer, False)
