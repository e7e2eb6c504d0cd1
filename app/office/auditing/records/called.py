"""The records that somebody means by a name or a number."""

from sqlalchemy import (
    false,
    select,
    true,
    union_all,
)

from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.values.ids import looks_like_public_id
from app.delivery.projects.models import Project
from app.promotion.leads.models import Lead
from app.register.accounts.models import Person, Unit
from app.register.accounts.naming import is_person
from app.register.enterprises.models import (
    Enterprise,
)
from app.register.enterprises.naming import about_company

# Records by what is printed on paper: (number, public id), and (name, public id, may the name be asked for);
# companies and people go by more than that.
_BY_NUMBER = ((Lead.number, Lead.public_id), (Project.number, Project.public_id))
_BY_NAME = (
    (Lead.name, Lead.public_id, ~Lead.confidential),
    (Project.name, Project.public_id, ~Project.confidential),
    (Unit.name, Unit.public_id, true()),
)
MOST_NAMED = 200


def subjects_called(text: str) -> set[str]:
    """The ids of records with this number, or with this in one of their names, and the text itself, which
    may be an id. The name of a confidential record finds nothing, for whoever guesses it; its number is no
    secret.

    Holds at most MOST_NAMED + 1 ids beside the text.
    """
    if looks_like_public_id(text) or text.isdigit():
        return {text}
    by_number = [select(key).where(number == text.upper()) for number, key in _BY_NUMBER]
    by_name = [select(key).where(contains(text, name), is_open) for name, key, is_open in _BY_NAME]
    companies = select(Enterprise.public_id).where(about_company(text, Enterprise.id, lambda _term: false()))
    people = select(Person.public_id).where(is_person(text, Person.id))
    found = union_all(*by_number, *by_name, companies, people).limit(MOST_NAMED + 1)
    return {text, *db.session.scalars(found)}
