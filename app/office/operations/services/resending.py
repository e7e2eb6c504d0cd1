"""What could not be sent to the index is sent again."""

from app.core.index import relay
from app.core.storage import audit
from app.core.storage.subjects import Subject


def send_parked_again() -> int:
    """Puts the records that could not be sent to the index back into its queue; returns how many."""
    count = relay.send_parked_again()
    if count:
        audit.record("search_index.resend", Subject("search_index", ""), f"{count} 条")
    return count
