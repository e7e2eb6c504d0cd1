"""The test client: each request in a context of its own, as if it came from another process."""

from contextvars import Context
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.storage.db import db


class SeparateClient(FlaskClient):
    """What the test prepared is committed first; nothing of one request reaches the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        kwargs.setdefault("buffered", True)  # a file that is sent is read to its end and closed
        answer = Context().run(super().open, *args, **kwargs)
        answer.request.environ["wsgi.input"].close()  # a long body lies in a temporary file
        return answer

    def submit(
        self, page: str, fields: dict[str, Any] | None = None, action: str | None = None
    ) -> TestResponse:
        """Opens a page, fills in one of its POST forms as a browser would, and sends it.

        `action` names the form by the path it is sent to; None is the form that is sent to the page itself.
        """
        shown = self.get(page)
        assert shown.status_code == 200, f"{page} answered {shown.status_code}"
        wanted = urlsplit(action or page).path
        forms = [form for form in forms_of(shown.text) if urlsplit(form.action or page).path == wanted]
        assert forms, f"{page} has no form for {wanted}"
        return self.post(action or page, data={**forms[0].fields, **(fields or {})})


class Form:
    """A POST form of a page, with what a browser would send of it untouched."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: dict[str, Any] = {}


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select, self._is_many = "", False
        self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form" and found.get("method", "").lower() == "post":
            self._open = Form(found.get("action", ""))
            self.forms.append(self._open)
        if self._open is not None:
            self._control(tag, found, self._open.fields)

    def _control(self, tag: str, found: dict[str, str], fields: dict[str, Any]) -> None:
        name = found.get("name", "")
        if tag == "input" and name:
            if found.get("type") not in {"checkbox", "radio"}:
                fields[name] = found.get("value", "")
            elif "checked" in found:
                fields.setdefault(name, []).append(found.get("value", "on"))
        elif tag == "select":
            self._select, self._is_many = name, "multiple" in found
        elif tag == "option" and self._select:
            self._option(found, fields)
        elif tag == "textarea":
            self._area = name
            fields[name] = ""

    def _option(self, found: dict[str, str], fields: dict[str, Any]) -> None:
        value = found.get("value", "")
        if self._is_many and "selected" in found:
            fields.setdefault(self._select, []).append(value)
        elif not self._is_many and ("selected" in found or self._select not in fields):
            fields[self._select] = value

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def forms_of(page: str) -> list[Form]:
    """The POST forms of a page."""
    reader = _FormReader()
    reader.feed(page)
    return reader.forms
