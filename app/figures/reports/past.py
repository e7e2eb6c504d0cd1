"""The projections as they would have stood at an instant: the ledger as known then, in temporary tables.

Last month's printed figure can be produced again, because corrections and late entries made since are left
out. Who may see a lead is judged as of today. Costs a walk over the ledger; nothing is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, FromClause, MetaData, Table, insert, select

from app.core.records.history import effective
from app.core.storage.db import db
from app.promotion.leads.models import Lead, LeadReach, LeadSpan
from app.promotion.leads.projection import entries_of, reach_rows, span_rows

BATCH = 500


def _empty_like(model: type[LeadSpan] | type[LeadReach]) -> Table:
    """A temporary table of the same columns, without keys to permanent tables, which PostgreSQL refuses."""
    columns: list[Column[Any]] = [
        Column(column.name, column.type, primary_key=column.primary_key, nullable=True)
        for column in model.__table__.columns
    ]
    return Table(f"{model.__tablename__}_then", MetaData(), *columns, prefixes=["TEMPORARY"])


def _leads() -> Iterator[list[Lead]]:
    """Leads in batches, archived ones too: the kept projections count them as well."""
    query = select(Lead).order_by(Lead.id).execution_options(yield_per=BATCH)
    rows = iter(db.session.scalars(query))
    while batch := list(islice(rows, BATCH)):
        yield batch


@contextmanager
def as_known_at(known_at: datetime) -> Iterator[tuple[FromClause, FromClause]]:
    """Spans and first arrivals as known at an instant, to be asked within the block."""
    span, reach = _empty_like(LeadSpan), _empty_like(LeadReach)
    connection = db.session.connection()
    for table in (span, reach):
        table.create(connection)
    try:
        for leads in _leads():
            ledgers = entries_of(lead.id for lead in leads)
            counted = {lead.id: effective(ledgers[lead.id], known_at=known_at) for lead in leads}
            for table, rows_of in ((span, span_rows), (reach, reach_rows)):
                rows = [row for lead in leads for row in rows_of(lead, counted[lead.id])]
                if rows:
                    connection.execute(insert(table), rows)
        yield span, reach
    finally:
        for table in (span, reach):
            table.drop(connection)
