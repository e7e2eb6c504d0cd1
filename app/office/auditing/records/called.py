"""The records that somebody means by a name or a number."""

from typing import Any

from sqlalchemy import (
    false,
    select,
    union_all,
)

from app.core.records.typed import contains
from app.core.storage.db import Base, db
from app.core.storage.subjects import SUBJECTS
from app.core.values.ids import looks_like_public_id
from app.register.accounts.models import Person, Unit
from app.register.accounts.naming import is_person
from app.register.enterprises.models import (
    Enterprise,
)
from app.register.enterprises.naming import about_company

MOST_NAMED = 200


def subjects_called(text: str) -> set[str]:
    """The ids of records with this number, or with this in one of their names, and the text itself, which
    may be an id. The name of a confidential record finds nothing, for whoever guesses it; its number is no
    secret.

    Holds at most MOST_NAMED + 1 ids beside the text.
    """
    if looks_like_public_id(text) or text.isdigit():
        return {text}
    kinds: list[Any] = [Base.metadata.tables[kind].c for kind in (*SUBJECTS, Unit.__tablename__)]
    by_number = [
        select(rows.public_id).where(rows.number == text.upper()) for rows in kinds if "number" in rows
    ]
    by_name = [
        select(rows.public_id).where(contains(text, rows.name), ~rows.get("confidential", false()))
        for rows in kinds
        if "name" in rows and rows is not Enterprise.__table__.c  # goes by more than that
    ]
    companies = select(Enterprise.public_id).where(about_company(text, Enterprise.id, lambda _term: false()))
    people = select(Person.public_id).where(is_person(text, Person.id))
    found = union_all(*by_number, *by_name, companies, people).limit(MOST_NAMED + 1)
    return {text, *db.session.scalars(found)}
