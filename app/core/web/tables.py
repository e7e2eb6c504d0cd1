"""A list that somebody has as a workbook or a text file, for a form that takes it line by line: read into the
form and looked over there, nothing is kept. Who reads strangers' files is a higher feature.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from flask_wtf.file import FileField

from app.core.storage.db import end_writing
from app.core.values.errors import RuleBroken
from app.core.values.registries import Registry
from app.core.web.budgets import HOUR, Budget, declare, spend

READ = declare(Budget("lists_read", "读名单文件", "份", HOUR, 60))


@dataclass(frozen=True, slots=True)
class WantedColumns:
    """What is wanted of a table: its columns by the heading that the form knows them by, each with what else
    people call it, in the order of the form; the first is the one that no table can do without. `most` rows.
    """

    noun: str
    columns: Mapping[str, Sequence[str]]
    most: int


# "files" -> a file and its name, what is wanted of it: lines with tabs between the cells, the headings first
READERS: Registry[Callable[[IO[bytes], str, WantedColumns], str]] = Registry("table readers")


def list_file_field(noun: str) -> FileField:
    """A file that fills the lines of its form."""
    return FileField(
        "或选一个文件",
        description=f"xlsx 或 csv，{noun}一行一个，有表头。读出来先放在上面，看一遍再加",
        render_kw={"accept": ".xlsx,.xls,.csv,.txt"},
    )


def take_list(form: Any, file: str, lines: str, wanted: WantedColumns) -> bool:
    """Whether a file was sent: then the lines of the form are what it says, or its field says why not, and
    the form is to be shown again. No lock is held while it is read.
    """
    sent = form[file].data
    if not getattr(sent, "filename", ""):
        return False
    end_writing()
    spend(READ)
    try:
        form[lines].data = READERS["files"](sent.stream, sent.filename, wanted)
    except RuleBroken as broken:
        form.refuse(RuleBroken({file: next(iter(broken.problems.values()))}))
    return True
