"""Vocabulary of tables of signs that companies expand."""

from app.core.values.enums import LabelledEnum


class SignColumn(LabelledEnum):
    """What a column of the user's file may mean. The order is that of the template."""

    COMPANY = "company", "企业名称"
    CREDIT_CODE = "credit_code", "信用代码"
    KIND = "kind", "类别"
    HAPPENED_ON = "happened_on", "发生日期"
    WHAT = "what", "内容"
    AMOUNT = "amount", "金额"
    SOURCE = "source", "来源"
    SOURCE_URL = "source_url", "链接"
