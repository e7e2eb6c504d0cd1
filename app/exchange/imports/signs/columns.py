"""Which headings mean which column of a sign. Pure."""

from collections.abc import Mapping

from app.exchange.imports.signs.enums import SignColumn
from app.exchange.imports.vocabulary import Vocabulary

# Headings as `vocabulary.word` folds them.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    SignColumn.COMPANY: (
        *("企业名称", "公司名称", "单位名称", "企业全称", "公司全称", "企业", "公司", "企业名", "公司名"),
        *("主体", "主体名称", "company", "companyname", "enterprise"),
    ),
    SignColumn.CREDIT_CODE: (
        *("信用代码", "统一社会信用代码", "社会信用代码", "统一信用代码", "统一代码", "税号"),
        *("uscc", "creditcode", "usci"),
    ),
    SignColumn.KIND: (
        *("类别", "迹象", "迹象类别", "迹象类型", "扩张迹象", "类型", "事件类型", "事件类别", "动态类型"),
        *("kind", "type"),
    ),
    SignColumn.HAPPENED_ON: (
        *("发生日期", "发生时间", "日期", "时间", "公告日期", "公告时间", "发布日期", "发布时间"),
        *("事件日期", "披露日期", "中标日期", "融资日期", "happenedon", "date"),
    ),
    SignColumn.WHAT: (
        *("内容", "事项", "事件", "摘要", "标题", "主要内容", "具体内容", "动态", "情况", "情况说明"),
        *("事件内容", "迹象内容", "what", "title"),
    ),
    SignColumn.AMOUNT: (
        *("金额", "涉及金额", "融资金额", "融资额", "中标金额", "中标额", "投资金额", "投资额", "总投资"),
        *("amount",),
    ),
    SignColumn.SOURCE: ("来源", "信息来源", "数据来源", "消息来源", "出处", "来源名称", "source"),
    SignColumn.SOURCE_URL: (
        *("链接", "网址", "来源链接", "原文链接", "原文", "网页", "链接地址", "url", "link", "sourceurl"),
    ),
}

VOCABULARY = Vocabulary.of(
    _SYNONYMS,
    noun="扩张迹象",
    measure="条",
    naming=SignColumn.COMPANY,
    required=(SignColumn.KIND, SignColumn.HAPPENED_ON, SignColumn.WHAT, SignColumn.SOURCE),
    amount=SignColumn.AMOUNT,
    endings=(
        *("公司", "集团", "厂", "合作社", "合伙", "商行", "商店", "农场", "中心"),
        *("研究院", "研究所", "事务所"),
    ),
)
