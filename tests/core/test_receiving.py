"""How much of a request is read, of whom, and what the others are told."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session, scoped_session
from werkzeug.formparser import FormDataParser

from app.core.web.receiving import takes_body
from tests.factories.leads import County, a_county, sign_in
from tests.services.client import forms_of

TYPED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=part"
TOO_LONG = 1024 * 1024 + 1


class Watched(BytesIO):
    """A body that knows how much of it was asked for."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(-1 if size is None else size)
        self.taken += len(found)
        return found


@pytest.fixture
def county(session: scoped_session[Session]) -> County:
    return a_county()


def in_parts(length: int) -> bytes:
    head = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    return head + b"0" * length + b"\r\n--part--\r\n"


@pytest.mark.parametrize(("kind", "body"), [(TYPED, b"a=" + b"x" * TOO_LONG), (PARTS, in_parts(TOO_LONG))])
@pytest.mark.parametrize("address", ["/login", "/enterprises/new", "/nowhere"])
def test_a_long_body_is_refused_unread_where_no_file_belongs(
    session, client: FlaskClient, county: County, address: str, kind: str, body: bytes
) -> None:
    watched = Watched(body)
    me = sign_in(client, county.officer)
    answer = me.post(address, input_stream=watched, content_length=len(body), content_type=kind)
    assert (answer.status_code, watched.taken) == (413, 0)
    assert "写的内容太长，没有收下" in answer.text and "20 MB" not in answer.text


def test_a_file_of_who_is_not_signed_in_is_not_read_either(session, client: FlaskClient) -> None:
    body = in_parts(TOO_LONG)
    watched = Watched(body)
    answer = client.post("/imports", input_stream=watched, content_length=len(body), content_type=PARTS)
    assert (answer.status_code, watched.taken) == (303, 0)
    assert answer.location.startswith("/login")


def test_a_body_that_does_not_say_how_long_it_is_is_not_read(session, client: FlaskClient) -> None:
    watched = Watched(b"login=shenruolan")
    in_pieces = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post("/login", input_stream=watched, environ_overrides=in_pieces, content_type=TYPED)
    assert (answer.status_code, watched.taken) == (411, 0)
    assert "没有说明内容有多长" in answer.text


@pytest.mark.parametrize(("fields", "status"), [(500, 400), (501, 413)])
def test_the_fields_of_a_body_are_counted_before_they_are_taken_apart(
    session, client: FlaskClient, fields: int, status: int
) -> None:
    answer = client.post("/login", data=b"&".join([b"a="] * fields), content_type=TYPED)
    assert answer.status_code == status  # 400: it has no token


def test_a_form_that_cannot_be_taken_apart_is_not_to_say_so_either(
    session, client: FlaskClient, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    parse = FormDataParser.parse

    def noted(*given, **named):
        taken.append(given)
        return parse(*given, **named)

    me = sign_in(client, county.officer)
    token = next(form for form in forms_of(me.get("/visits/new").text)).fields["csrf_token"]
    monkeypatch.setattr(FormDataParser, "parse", noted)
    body = f"csrf_token={token}&".encode() + b"a=&" * 501
    assert me.post("/visits/new", data=body, content_type=TYPED).status_code == 413
    assert taken == []
    assert me.post("/visits/new", data=body[:300], content_type=TYPED).status_code == 422
    assert taken != []


def test_the_server_takes_a_long_body_in_only_where_a_file_belongs_and_a_session_of_ours_is_brought(
    app: Flask,
) -> None:
    ours, forged = (
        f"{app.config['SESSION_COOKIE_NAME']}={signing.dumps({'_user_id': 'token'})}"
        for signing in (app.session_interface.get_signing_serializer(app), URLSafeTimedSerializer("another"))
    )
    is_taken, largest = takes_body(app), app.config["MAX_CONTENT_LENGTH"]
    asks = {
        ("POST", "/login", TOO_LONG - 1, ""): True,
        ("POST", "/login", TOO_LONG, ours): False,
        ("POST", "/nowhere", TOO_LONG, ours): False,
        ("PUT", "/imports", TOO_LONG, ours): False,
        ("POST", "/imports", TOO_LONG, ""): False,
        ("POST", "/imports", TOO_LONG, forged): False,
        ("POST", "/imports", TOO_LONG, ours): True,
        ("POST", "/imports", largest, ours): True,
        ("POST", "/imports", largest + 1, ours): False,
    }
    assert {ask: is_taken(*ask) for ask in asks} == asks
