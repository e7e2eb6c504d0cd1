"""Paper numbers (编号): drawn one after another in a series, safe under concurrency, gaps allowed."""

from sqlalchemy import String, bindparam, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.storage.db import Base, Keyed, db, insert_unless_there
from app.core.values.clock import today


class NumberSeries(Base, Keyed):
    """The last number drawn of a series; its row stays locked until the drawing transaction ends."""

    __tablename__ = "number_series"
    __audited__ = False

    series: Mapped[str] = mapped_column(String(20), unique=True)
    last: Mapped[int]


_COUNT_ON = (
    update(NumberSeries.__table__)  # type: ignore[arg-type]
    .where(NumberSeries.series == bindparam("of"))
    .values(last=NumberSeries.last + 1)
    .returning(NumberSeries.last)
)


def draw(prefix: str, year: int | None = None) -> str:
    """The next number of a year's series (this year's unless told): `draw("XS")` gives XS-2026-0043."""
    series = f"{prefix}-{year or today().year}"
    connection = db.session.connection()
    number = connection.scalar(_COUNT_ON, {"of": series})
    if number is None:
        # Another transaction may begin the same series at the same moment: then its row is ours too.
        connection.execute(insert_unless_there(NumberSeries.__table__).values(series=series, last=0))
        number = connection.scalar(_COUNT_ON, {"of": series})
    return f"{series}-{number:04d}"
