"""A small county to act in: two units, a resident team, three people and a company; being signed in."""

from dataclasses import dataclass

from flask.testing import FlaskClient

from app.core.storage.db import db
from app.register.accounts import session as browsing
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, Unit, User
from app.register.enterprises.models import Enterprise
from app.register.enterprises.rules import core_key, name_key
from tests.factories.accounts import join_team, make_person, make_team, make_unit, the_bureau


@dataclass(frozen=True, slots=True)
class County:
    """The head is of the bureau, the officer of the township, the resident in the team."""

    bureau: Unit
    township: Unit
    team: Unit
    head: Person
    officer: Person
    resident: Person
    enterprise: Enterprise

    @property
    def people(self) -> list[Person]:
        return [self.head, self.officer, self.resident]


def a_county() -> County:
    bureau, township = the_bureau(), make_unit("云溪镇", UnitKind.TOWNSHIP)
    team = make_team("深圳驻点组")
    head, officer, resident = (
        make_person("韩知行"),
        make_person("周以宁", township),
        make_person("林远", team),
    )
    join_team(resident, team)
    enterprise = a_company("苏州澄明电子科技有限公司")
    db.session.commit()
    return County(bureau, township, team, head, officer, resident, enterprise)


def a_company(name: str, **given) -> Enterprise:
    """A company of the register as the services would leave it; flushed."""
    row = Enterprise(name=name, name_key=name_key(name), core_key=core_key(name), **given)
    db.session.add(row)
    db.session.flush()
    return row


def signed_in(client: FlaskClient, user: User) -> FlaskClient:
    """The client with a session of this user, as if they had typed their password."""
    token = browsing.begin(user.id, "127.0.0.1", "tests")
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client
