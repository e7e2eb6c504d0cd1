"""The code at the door: shown for a few minutes, good a little longer for a phone that has it open. Pure."""

import hashlib
import hmac
from datetime import datetime, timedelta

SHOWN_FOR = timedelta(minutes=5)
_TO_OPEN, _TO_SEND = 1, 6  # earlier codes that still open the form, and that still send it


def door_code(secret: str, gathering: str, moment: datetime, *, earlier: int = 0) -> str:
    """What the screen shows at an instant, or so many codes before; of no use for another event."""
    window = int(moment.timestamp()) // int(SHOWN_FOR.total_seconds()) - earlier
    told = f"door {gathering} {window}".encode()
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()[:20]


def is_good_code(secret: str, gathering: str, code: str, moment: datetime, *, to_send: bool) -> bool:
    """Whether a code opens the form at the door; whoever has it open has half an hour to send it."""
    last = _TO_SEND if to_send else _TO_OPEN
    return any(
        hmac.compare_digest(door_code(secret, gathering, moment, earlier=earlier), code)
        for earlier in range(last + 1)
    )
