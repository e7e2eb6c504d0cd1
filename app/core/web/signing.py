"""What browsers carry for us and bring back, signed: read again for as long as it is good."""

from typing import Any

from itsdangerous import SignatureExpired, URLSafeTimedSerializer

from app.core.values.clock import now


def read_signed(signer: URLSafeTimedSerializer, word: str, lasts: int) -> Any:
    """What was signed within so many seconds; raises BadData for anything else.

    What a clock that was ahead has signed counts as signed now: a form that somebody filled in must not be
    lost because the clock was put right.
    """
    try:
        return signer.loads(word, max_age=lasts)
    except SignatureExpired as expired:
        if expired.date_signed is None or expired.date_signed <= now():
            raise
        return signer.loads(word)
