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


class Column(LabelledEnum):
    """What a column of the user's file may mean. The order is that of the template."""

    NAME = "name", "企业名称"
    CREDIT_CODE = "credit_code", "统一社会信用代码"
    REGION = "region", "注册地"
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县区"
    INDUSTRY = "industry", "行业"
    INDUSTRY_NAME = "industry_name", "行业名称"
    STATUS = "status", "存续状态"
    CAPITAL = "capital", "注册资本"
    CAPITAL_UNIT = "capital_unit", "注册资本单位"
    ESTABLISHED_ON = "established_on", "成立日期"
    HEADCOUNT = "headcount", "从业人数"
    SCOPE = "scope", "经营范围"
    NOTES = "notes", "备注"
    ORIGIN = "origin", "来源"
    ALIASES = "aliases", "简称或别名"
    FORMER_NAMES = "former_names", "曾用名"
    CONTACT = "contact", "联系人"
    CONTACT_POST = "contact_post", "职务"
    CONTACT_PHONE = "contact_phone", "联系电话"
    CONTACT_2 = "contact_2", "第 2 位联系人"
    CONTACT_POST_2 = "contact_post_2", "第 2 位联系人的职务"
    CONTACT_PHONE_2 = "contact_phone_2", "第 2 位联系人的电话"


class AmountUnit(LabelledEnum):
    """The unit of a bare figure in the capital column."""

    WAN = "wan", "万元"
    YUAN = "yuan", "元"
    YI = "yi", "亿元"
    QIAN = "qian", "千元"
    BAIWAN = "baiwan", "百万元"

    @property
    def yuan(self) -> int:
        return {"wan": 10_000, "yuan": 1, "yi": 100_000_000, "qian": 1000, "baiwan": 1_000_000}[self.value]
