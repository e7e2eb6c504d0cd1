"""The nightly walk over the chain, noted beside the database for whoever asks when it was last whole."""

import json
import logging

from app.auditing.queries import LAST_VERIFIED
from app.core import audit
from app.core.clock import now
from app.core.db import reading
from app.core.files import instance_folder

log = logging.getLogger(__name__)


def verify_chain() -> audit.Verdict:
    """Walks the whole chain and notes what was found and when."""
    with reading():
        verdict = audit.verify()
    if verdict.broken_at is not None:
        log.error("the audit chain is broken at event %s", verdict.broken_at)
    told = {"at": now().isoformat(), "checked": verdict.checked, "broken_at": verdict.broken_at}
    try:
        instance_folder(LAST_VERIFIED).write_text(json.dumps(told), encoding="utf-8")
    except OSError as error:
        log.warning("the last verification could not be noted: %s", error)
    return verdict
