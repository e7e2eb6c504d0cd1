"""People and units as the search index names them: by public id, to filter and count by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from sqlalchemy import select

from app.core.storage.db import db
from app.register.accounts.models import Person, Unit


class Holders:
    """The public ids of the people and units that a batch of records belongs to, read in two queries."""

    def __init__(self, unit_ids: Iterable[int | None], person_ids: Iterable[int | None]) -> None:
        self._units = _public_ids(Unit, unit_ids)
        self._people = _public_ids(Person, person_ids)

    @classmethod
    def of(cls, rows: Sequence[Any], person_ids: Iterable[int | None]) -> Self:
        """Of records that belong to a unit and a team of their own each, and of these people."""
        return cls((unit for row in rows for unit in (row.unit_id, row.team_id)), person_ids)

    def units(self, *ids: int | None) -> tuple[str, ...]:
        return _named(self._units, ids)

    def people(self, *ids: int | None) -> tuple[str, ...]:
        return _named(self._people, ids)


def _public_ids(model: type[Unit] | type[Person], ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    query: Any = select(model.id, model.public_id).where(model.id.in_(wanted))
    return {each: public_id for each, public_id in db.session.execute(query)}


def _named(known: Mapping[int, str], ids: Sequence[int | None]) -> tuple[str, ...]:
    """In the order asked for, each once."""
    return tuple(dict.fromkeys(known[each] for each in ids if each is not None and each in known))
