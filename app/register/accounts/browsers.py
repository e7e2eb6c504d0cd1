"""Browsers that are known: a signed cookie says for which accounts somebody has signed in there before. It
opens nothing; it has the tries of this browser counted by themselves.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app.core.web.signing import read_signed
from app.register.accounts.tries import account_of

LASTS = timedelta(days=400)  # as long as browsers keep any cookie; each sign-in begins it anew
MOST = 8  # accounts of one browser: an office may share a computer


@dataclass(frozen=True, slots=True)
class _Known:
    """A browser's random mark, which is no session's, and its accounts, the latest first."""

    mark: str
    accounts: tuple[str, ...] = ()


def mark_for(login: str) -> str:
    """The mark of the browser that asks if it is known for this account, whether or not there is one."""
    known = _read()
    return known.mark if account_of(login) in known.accounts else ""


def remember(answer: Response, login: str) -> None:
    """Has the browser that gets the answer be known for an account."""
    known, account = _read(), account_of(login)
    accounts = [account, *(other for other in known.accounts if other != account)][:MOST]
    answer.set_cookie(
        _name(),
        str(_signer().dumps([known.mark, accounts])),
        max_age=LASTS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _read() -> _Known:
    """What the cookie says; a new browser for one that is missing, altered or of another installation."""
    try:
        mark, accounts = read_signed(_signer(), request.cookies.get(_name(), ""), LASTS.days * 86_400)
    except (BadData, ValueError, TypeError):
        return _Known(secrets.token_hex(8))
    return _Known(mark, tuple(accounts))


def _name() -> str:
    return "__Host-browser" if current_app.config["SESSION_COOKIE_SECURE"] else "browser"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browsers")
