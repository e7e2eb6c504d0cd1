"""Walks over whatever routes the app has: the filled county, its addresses, people signed in, forms seen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.routing import IntegerConverter, Rule

from app.core.storage.db import Base, db
from app.register.accounts import session as browsing
from app.register.accounts.models import User
from tests.house.county import EVERYTHING

Filled = tuple[str, dict[str, str]]  # the file of a filled county, the ids of its records
MUTATING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Values of the arguments of a path other than the id of its record.
ARGUMENTS = {"part": "assessment", "name": "logo.svg", "kind": "project"}
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# Tables that a mere look may write to, and reference data that nothing writes.
BESIDES = frozenset(
    {
        "audit_event",
        "audit_personal",
        "user_session",
        "login_failure",
        "spending",
        "industry",
        "division",
    }
)


@dataclass(frozen=True, slots=True)
class Route:
    """One address and method; `path` leads to a record of the filled county."""

    endpoint: str
    method: str
    rule: str
    path: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    def with_arguments(self, value: str) -> str:
        """The path with another value in the place of each of its arguments."""
        return re.sub(r"<[^>]+>", lambda _found: value, self.rule)


@dataclass(slots=True)
class House:
    """The app over a filled county."""

    app: Flask
    ids: dict[str, str]

    def routes(self, *methods: str, below: str = "/") -> list[Route]:
        """Every route that answers one of the methods, under a path."""
        found = [
            self._route(rule, method)
            for rule in self.app.url_map.iter_rules()
            if rule.rule.startswith(below)
            for method in (rule.methods or set()) & set(methods)
        ]
        return sorted(found, key=lambda route: (route.rule, route.method))

    def _route(self, rule: Rule, method: str) -> Route:
        values: dict[str, Any] = {name: self._value(rule, name) for name in sorted(rule.arguments)}
        with self.app.test_request_context():
            path = self.app.url_for(rule.endpoint, **values)
        return Route(rule.endpoint, method, rule.rule, urlsplit(path).path, tuple(values))

    def _value(self, rule: Rule, name: str) -> str:
        if name in ARGUMENTS:
            return ARGUMENTS[name]
        if isinstance(rule._converters[name], IntegerConverter):
            return "1"
        found = [self.ids[prefix] for prefix in self.ids if rule.rule.startswith(f"{prefix}<")]
        assert found, f"tests/house/county.py makes no record for {rule.rule}: add one"
        return found[0]

    def client(self, login: str = EVERYTHING) -> FlaskClient:
        """A browser in which this person has just signed in; nobody when the login is empty."""
        return self.browser(self.token(login) if login else "")

    def browser(self, token: str) -> FlaskClient:
        """A browser that holds the token of a session."""
        client = self.app.test_client()
        if token:
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    def token(self, login: str = EVERYTHING) -> str:
        """The token of a new session of this person."""
        with self.app.app_context():
            user_id = db.session.scalar(select(User.id).where(User.login == login))
            assert user_id is not None
            token = browsing.begin(user_id, "127.0.0.1", "tests")
            db.session.commit()
        return token

    def contents(self) -> dict[str, list[Any]]:
        """Every row of every table that a look must not change."""
        with self.app.app_context():
            tables = [table for table in Base.metadata.sorted_tables if table.name not in BESIDES]
            found = {
                table.name: [
                    tuple(row) for row in db.session.execute(table.select().order_by(*table.primary_key))
                ]
                for table in tables
            }
            db.session.rollback()
        return found


def changed(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """The tables whose rows differ."""
    return [name for name in before if before[name] != after[name]]


@contextmanager
def counted_queries(house: House) -> Iterator[list[str]]:
    """The statements that reach the database during the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def written_tables(statements: list[str]) -> set[str]:
    """The tables that some statements wrote to, save those that a look may write to."""
    found = (WRITES.match(statement) for statement in statements)
    return {match[1] for match in found if match and match[1] not in BESIDES}


@dataclass(slots=True)
class Form:
    """A form as a page shows it: where it goes and what it would send untouched."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    has_file: bool = False


class FormReader(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urlsplit(found.get("action") or self.path).path
            self.forms.append(Form(found.get("method", "get").lower(), action))
        elif self.forms and found.get("name"):
            self._control(tag, found)
        elif tag == "option" and self._select and self.forms:
            self._option(found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        form, name = self.forms[-1], found["name"]
        kind = found.get("type", "text")
        if tag == "select":
            self._select = name
            form.fields.setdefault(name, "")
        elif tag == "textarea":
            self._textarea = name
            form.fields[name] = ""
        elif kind == "file":
            form.has_file = True
        elif kind not in ("radio", "checkbox") or "checked" in found or name not in form.fields:
            form.fields[name] = found.get("value", "")

    def _option(self, found: dict[str, str]) -> None:
        fields = self.forms[-1].fields
        assert self._select is not None
        if "selected" in found or not fields[self._select]:
            fields[self._select] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms:
            self.forms[-1].fields[self._textarea] += data


def forms_of(house: House) -> dict[str, Form]:
    """For each mutating endpoint the form that leads there, as found on the pages."""
    client, found = house.client(), dict[str, Form]()
    adapter = house.app.url_map.bind("localhost")
    for route in house.routes("GET"):
        answer = client.get(route.path)
        if answer.mimetype != "text/html":
            continue
        reader = FormReader(route.path)
        reader.feed(answer.get_data(as_text=True))
        for form in (form for form in reader.forms if form.method == "post"):
            endpoint, _arguments = adapter.match(form.action, "POST")
            if len(form.fields) > len(found[endpoint].fields if endpoint in found else ()):
                found[endpoint] = form
    return found
