"""How long a comment may be, and how long its author may change it. Pure."""

from datetime import datetime

from app.core.records.history import TAKE_BACK
from app.core.values.clock import has_passed

LONGEST = 1000
MOST_MENTIONED = 20
TOO_LATE = "发出超过半小时，不能再改；要补充请再留一条"
NOT_YOURS = "留言只能由写的人改"


def is_fresh(written_at: datetime) -> bool:
    """Whether what was written may still be changed or taken back by who wrote it."""
    return not has_passed(written_at, TAKE_BACK)
