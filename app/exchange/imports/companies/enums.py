"""Vocabulary of tables of companies."""

from app.core.values.enums import LabelledEnum


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
