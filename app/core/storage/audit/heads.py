"""Where the heads of the chain are kept, and what they are signed with."""

import hashlib
import hmac
from pathlib import Path

from flask import current_app


def heads_folder() -> Path:
    """Where the operator wants the heads of the chain to be kept."""
    return Path(current_app.config["AUDIT_HEADS"])


def heads_key() -> bytes:
    """What heads are signed with: made of a setting of its own, or of the secret of sign-ins, of which a head
    then says nothing.
    """
    secret = current_app.config["AUDIT_KEY"] or current_app.config["SECRET_KEY"]
    return hmac.new(str(secret).encode(), b"heads of the audit chain", hashlib.sha256).digest()
