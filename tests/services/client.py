"""The test client: each request in a context of its own, as if it came from another process."""

from contextvars import Context
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.db import db


class SeparateClient(FlaskClient):
    """What the test prepared is committed first; nothing of one request reaches the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        return Context().run(super().open, *args, **kwargs)
