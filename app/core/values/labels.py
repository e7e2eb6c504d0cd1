"""What people call a column: one label, written on the column itself.

`introducer: Mapped[str] = labelled("引荐人", String(60))`. Forms, lists, facts, conflicts and the audit
page read it there, so that one thing is called the same wherever it is met. A question of a page that fills
no column has words of its own.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, MetaData
from sqlalchemy.orm import InstrumentedAttribute, MappedColumn, mapped_column

_LABEL, _SHORT, _UNIT, _PART_OF = "label", "short", "unit", "part_of"


def labelled(
    label: str, *args: Any, short: str = "", unit: str = "", part_of: str = "", **kwargs: Any
) -> MappedColumn[Any]:
    """`mapped_column` with a label; `short` is for narrow lists, `unit` is what a bare number counts.
    `part_of` names the column with which this one changes, for people one and the same: a search key and its
    name.
    """
    words = {_LABEL: label, _SHORT: short or label, _UNIT: unit, _PART_OF: part_of}
    return mapped_column(*args, info=words | kwargs.pop("info", {}), **kwargs)


def unit_of(column: InstrumentedAttribute[Any]) -> str:
    """What a bare number of a column counts."""
    return str(_table_column(column).info[_UNIT])


def label_of(column: InstrumentedAttribute[Any]) -> str:
    """The label of a column: `label_of(Lead.introducer)` is 引荐人. Raises KeyError when it has none."""
    return str(_table_column(column).info[_LABEL])


def short_of(column: InstrumentedAttribute[Any]) -> str:
    """Its label in a narrow column of a list."""
    return str(_table_column(column).info[_SHORT])


def labels_of(*columns: InstrumentedAttribute[Any]) -> dict[str, str]:
    """Labels by the names of the columns."""
    return {column.key: label_of(column) for column in columns}


def _table_column(column: InstrumentedAttribute[Any]) -> Column[Any]:
    # By its table: a form is declared before the mappers of higher features are known.
    found: Column[Any] = column.class_.__table__.c[column.key]
    return found


def label_in(metadata: MetaData, name: str, *, short: bool = False) -> str:
    """The label of `table.column`, as templates ask for it. Raises KeyError for what has none."""
    table, _dot, column = name.partition(".")
    return str(metadata.tables[table].c[column].info[_SHORT if short else _LABEL])


def labels_in(metadata: MetaData, table: str, columns: Collection[str]) -> list[str]:
    """What people call these columns, each once, in the order of the table; a part is told as its whole."""
    if table not in metadata.tables:
        return []
    changed = [column for column in metadata.tables[table].c if column.name in columns]
    wholes = [column.info[_PART_OF] or column.name for column in changed if _LABEL in column.info]
    names = [whole if "." in whole else f"{table}.{whole}" for whole in wholes]
    return list(dict.fromkeys(label_in(metadata, name) for name in names))


def words_of(metadata: MetaData, table: str, column: str) -> tuple[str, str] | None:
    """Label and unit of a column by name; None for what is no column, or one that nobody reads."""
    found = metadata.tables[table].c.get(column) if table in metadata.tables else None
    if found is None or _LABEL not in found.info:
        return None
    return found.info[_LABEL], found.info[_UNIT]
