"""Vocabulary of imports."""

from app.core.values.enums import LabelledEnum


class BatchState(LabelledEnum):
    """Where a file stands. Whether its job failed or was stopped is told by the job."""

    CHECKING = "checking", "试运行中"
    COLUMNS = "columns", "等待对应列"
    CHECKED = "checked", "等待写入"
    WRITING = "writing", "写入中"
    WRITTEN = "written", "已写入"


class RowVerdict(LabelledEnum):
    NEW = "new", "新增"
    UPDATE = "update", "更新"
    UNCHANGED = "unchanged", "没有变化"
    DUPLICATE = "duplicate", "疑似重复"
    ERROR = "error", "有错"


class Decision(LabelledEnum):
    """What to do with a suspected duplicate."""

    SKIP = "skip", "跳过"
    UPDATE = "update", "更新"
    CREATE = "create", "另建"


class Fate(LabelledEnum):
    """What an undo does with one record."""

    ARCHIVE = "archive", "归档"
    RESTORE = "restore", "恢复原值"
    KEEP = "keep", "保留"
    DONE = "done", "已撤销"


class AmountUnit(LabelledEnum):
    """The unit of a bare figure in a column of amounts."""

    WAN = "wan", "万元"
    YUAN = "yuan", "元"
    YI = "yi", "亿元"
    QIAN = "qian", "千元"
    BAIWAN = "baiwan", "百万元"

    @property
    def yuan(self) -> int:
        return {"wan": 10_000, "yuan": 1, "yi": 100_000_000, "qian": 1000, "baiwan": 1_000_000}[self.value]
