"""How one kind of record is named: where its rows are and what of them is read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, SQLColumnExpression, String, cast

Expression = SQLColumnExpression[Any]


@dataclass(frozen=True, slots=True)
class NamedKind:
    """One kind: its key, its public id if it has one, what it is called, what makes it confidential."""

    id: Expression
    label: Expression
    tables: FromClause
    public_id: Expression | None = None
    confidential: Expression | None = None


def as_text(column: Any) -> Expression:
    return cast(column, String(200))


def joined(left: Any, *steps: tuple[Any, Expression]) -> Any:
    """The table of a model with others beside it, each on its condition."""
    table = left.__table__
    for model, on in steps:
        table = table.outerjoin(model.__table__, on)
    return table
