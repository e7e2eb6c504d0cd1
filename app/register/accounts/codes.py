"""Codes of the second step: TOTP (RFC 6238) of a phone, recovery codes on paper, and how either is kept.

The key comes from SECRET_KEY, which is in no table and no backup: whoever has a copy of the database alone
can make no code. With another SECRET_KEY no code is right any more: everybody's second step is begun anew.
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime
from string import digits

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from markupsafe import Markup

from app.core.web.pictures import code_to_scan
from app.register.accounts.rules import SKEW, STEP

HOW_MANY = 10  # recovery codes at a time
DIGITS = 6
# Recovery codes are digits too: phones show the field a keypad. Forty bits, which nobody can try by the
# thousand: not at the door, and not against their digests without the key.
_GROUPS, _GROUP = 3, 4
_TO_CONFIRM = 15 * 60  # s that a new secret waits for its first code


def _key(purpose: str) -> bytes:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return HKDF(SHA256(), 32, salt=None, info=f"second step: {purpose}".encode()).derive(secret)


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key("secrets")))


def new_secret() -> str:
    """160 random bits, as phones take them."""
    return pyotp.random_base32()


def sealed(owner: str, secret: str) -> str:
    """A secret as it is stored or carried by a form; good for nobody but its owner."""
    return _box().encrypt(f"{owner} {secret}".encode()).decode()


def opened(owner: str, kept: str) -> str | None:
    """The secret again; None when it is not the owner's, or SECRET_KEY has changed since."""
    return _opened(owner, kept, None)


def opened_in_time(owner: str, kept: str) -> str | None:
    """The same of a secret that waits for its first code, which it does not do for long."""
    return _opened(owner, kept, _TO_CONFIRM)


def _opened(owner: str, kept: str, lasts: int | None) -> str | None:
    try:
        whose, _, secret = _box().decrypt(kept.encode(), ttl=lasts).decode().partition(" ")
    except InvalidToken:
        return None
    return secret if whose == owner else None


def step_at(moment: datetime) -> int:
    """The number of the step that an instant lies in."""
    return int(moment.timestamp()) // int(STEP.total_seconds())


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The step that a code is right for, one early or late at most; None for a wrong one."""
    now = step_at(moment)
    maker = pyotp.TOTP(secret, digits=DIGITS, interval=int(STEP.total_seconds()))
    steps = range(now - SKEW, now + SKEW + 1)
    return next((step for step in steps if hmac.compare_digest(maker.generate_otp(step), plain(code))), None)


def picture(secret: str, login: str, county: str) -> Markup:
    """What a phone photographs, as inline SVG: the page allows no picture from elsewhere."""
    told = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"{county}招商")
    return code_to_scan(told, scale=5)


def grouped(text: str) -> str:
    """Letters in groups of four, as they are read out or typed."""
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def recovery_codes() -> list[str]:
    """New ones: `3819-0472-6650`."""
    return [
        "-".join("".join(secrets.choice(digits) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(HOW_MANY)
    ]


def is_recovery_code(typed: str) -> bool:
    """Whether what was typed is meant as one: longer than any code of a phone."""
    return len(plain(typed)) == _GROUPS * _GROUP


def plain(typed: str) -> str:
    """A code without what people put between its groups; ６ is 6."""
    narrow = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(letter for letter in narrow if letter.isascii() and letter.isalnum())


def digest_of(owner: str, code: str) -> str:
    """What is stored of a recovery code."""
    text = f"{owner} {plain(code)}"
    return hmac.new(_key("recovery codes"), text.encode(), hashlib.sha256).hexdigest()
