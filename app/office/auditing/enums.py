"""Vocabulary of the auditor's tools."""

from app.core.values.enums import LabelledEnum


class Finding(LabelledEnum):
    """What the heads kept outside the database say against the chain, or explain of it."""

    CUT = "cut", "末尾被截掉"
    REBUILT = "rebuilt", "整条链重新算过"
    FORGED = "forged", "链头记录不是本系统签的"
    TORN = "torn", "链头记录里少了行"
    LATE = "late", "链头很久没有记"
    MISSED = "missed", "有的日子没有记链头"
    RESTORED = "restored", "恢复过备份"

    @property
    def is_fault(self) -> bool:
        """The last two explain; they break nothing."""
        return self not in {Finding.MISSED, Finding.RESTORED}
