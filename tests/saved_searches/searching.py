"""What the tests of saved searches share: a county with leads to find, a look as a browser takes it."""

from html import unescape
from urllib.parse import quote

from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.finding.saved_searches.models import RecentSearch, SavedSearch
from tests.factories.leads import sign_in
from tests.finder.indexes import indexed
from tests.services.rounds import quarter_passed

ADDRESS = f"q={quote('锂电')}&kind=lead"


def look(client: FlaskClient, address: str) -> str:
    """Opens a page and receives all of it, after which the product remembers the look."""
    answer = client.get(address, buffered=True)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def saved(client: FlaskClient, address: str = ADDRESS, **fields: str) -> SavedSearch:
    """A search that whoever is signed in has saved through the form."""
    given = {"name": "锂电线索", "is_watched": "y"} | fields
    answer = client.submit(f"/searches/new?{address}", {key: value for key, value in given.items() if value})
    assert answer.status_code == 303, unescape(answer.text)
    return row_of(given["name"])


def row_of(name: str) -> SavedSearch:
    db.session.expire_all()
    return db.session.scalars(select(SavedSearch).where(SavedSearch.name == name)).one()


def counted() -> None:
    """The index has caught up, and the quarter-hourly work was done."""
    indexed(db.session)
    quarter_passed()
    db.session.expire_all()


def asked_by(actor: Actor) -> list[str]:
    """The texts of a user's recent searches, the newest first."""
    query = select(RecentSearch.address).where(RecentSearch.user_id == actor.user_id)
    db.session.rollback()
    return list(db.session.scalars(query.order_by(RecentSearch.asked_at.desc())))


def browser_of(client: FlaskClient, actor: Actor) -> FlaskClient:
    return sign_in(client, actor)
