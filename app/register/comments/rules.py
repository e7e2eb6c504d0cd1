"""How long a comment may be, how long its author may change it, whom its text calls. Pure."""

import re
from datetime import datetime

from app.core.records.history import TAKE_BACK
from app.core.values.clock import has_passed

LONGEST = 1000
MOST_MENTIONED = 20
TOO_LATE = "发出超过半小时，不能再改；要补充请再留一条"
NOT_YOURS = "留言只能由写的人改"
LONGEST_NAME = 6  # characters of a name that an @ calls
# Not that of a mail address.
_CALLED = re.compile(r"(?<![A-Za-z0-9._-])@([\u4e00-\u9fff·]{2,})")


def is_fresh(written_at: datetime) -> bool:
    """Whether what was written may still be changed or taken back by who wrote it."""
    return not has_passed(written_at, TAKE_BACK)


def called_in(text: str) -> list[str]:
    """What follows each @ of a text, at its beginning a name: 请看@罗曼青，谢谢 -> [罗曼青]."""
    return list(dict.fromkeys(_CALLED.findall(text)))
