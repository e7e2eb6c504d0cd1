"""Which headings mean which column of a company, and what else tells a table of companies. Pure."""

from collections.abc import Mapping

from app.exchange.imports.companies.enums import Column
from app.exchange.imports.vocabulary import Vocabulary

# Headings as `vocabulary.word` folds them.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    Column.NAME: (
        *("企业名称", "公司名称", "单位名称", "企业全称", "公司全称", "企业", "公司", "名称", "企业名"),
        *("公司名", "投资方名称", "投资方", "客商名称", "项目业主", "name", "companyname", "company"),
        *("enterprise", "enterprisename"),
    ),
    Column.CREDIT_CODE: (
        *("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "统一代码", "税号", "纳税人识别号"),
        *("uscc", "creditcode", "usci", "营业执照号"),
    ),
    Column.REGION: (
        *("所在地区", "地区", "所在地", "区划代码", "行政区划代码", "行政区划", "地区代码", "注册地", "区域"),
        *("所属地区", "regioncode", "region", "地址区划"),
    ),
    Column.PROVINCE: ("省", "省份", "所属省份", "所在省份", "province"),
    Column.CITY: ("市", "城市", "所属城市", "所在城市", "地市", "city"),
    Column.COUNTY: ("县", "区", "区县", "县区", "县市区", "所属区县", "所在区县", "county", "district"),
    Column.INDUSTRY: (
        *("行业代码", "行业", "国标行业", "所属行业", "国民经济行业", "行业分类", "行业门类", "国标行业代码"),
        *("gbt4754", "industrycode", "industry"),
    ),
    Column.INDUSTRY_NAME: ("行业名称", "国标行业名称", "gbt4754name", "industryname"),
    Column.STATUS: ("登记状态", "状态", "经营状态", "企业状态", "存续状态", "status"),
    Column.CAPITAL: (
        *("注册资本", "注册资金", "注册资本金", "资本", "capital", "capitalwan", "registeredcapital"),
    ),
    Column.CAPITAL_UNIT: ("注册资本单位", "资本单位", "注册资金单位", "单位币种", "币种", "capitalunit"),
    Column.ESTABLISHED_ON: (
        *("成立日期", "成立时间", "注册日期", "注册时间", "设立日期", "登记日期", "establishedon"),
        *("registeredon", "founded", "foundedon"),
    ),
    Column.HEADCOUNT: ("人数", "员工人数", "职工人数", "从业人数", "用工人数", "参保人数", "headcount"),
    Column.SCOPE: ("经营范围", "主营业务", "主营范围", "主营产品", "业务范围", "businessscope", "scope"),
    Column.NOTES: ("备注", "说明", "notes", "remark", "remarks"),
    Column.ORIGIN: ("来源", "信息来源", "引荐人", "介绍人", "origin", "source"),
    Column.ALIASES: (
        *(
            "简称或别名",
            "简称",
            "企业简称",
            "公司简称",
            "单位简称",
            "别名",
            "品牌",
            "品牌名",
            "alias",
            "aliases",
        ),
        *("shortname", "brand"),
    ),
    Column.FORMER_NAMES: (
        *("曾用名", "曾用名称", "企业曾用名", "原名", "原名称", "原企业名称", "历史名称", "更名前名称"),
        *("formername", "formernames"),
    ),
    Column.CONTACT: (
        *("联系人", "联系人姓名", "企业联系人", "联系人1", "联系人一", "第一联系人", "主要联系人", "对接人"),
        *("企业对接人", "联络人", "企业联络人", "contact", "contactperson"),
    ),
    Column.CONTACT_POST: (
        *("职务", "联系人职务", "联系人1职务", "职务1", "职位", "联系人职位", "对接人职务", "联络人职务"),
    ),
    Column.CONTACT_PHONE: (
        *(
            "联系电话",
            "电话",
            "联系人电话",
            "联系人1电话",
            "联系电话1",
            "电话1",
            "电话号码",
            "手机",
            "手机号",
        ),
        *("手机号码", "联系手机", "联系人手机", "联系人手机号", "联系方式", "联系人联系方式", "联系人及电话"),
        *(
            "联系人及联系方式",
            "联系人和电话",
            "对接人电话",
            "联络人电话",
            "phone",
            "mobile",
            "tel",
            "telephone",
        ),
    ),
    Column.CONTACT_2: ("联系人2", "联系人二", "第二联系人", "备用联系人", "第2位联系人"),
    Column.CONTACT_POST_2: ("职务2", "联系人2职务", "第二联系人职务", "第2位联系人的职务"),
    Column.CONTACT_PHONE_2: (
        *("联系电话2", "电话2", "手机2", "联系人2电话", "联系人2手机", "第二联系人电话", "备用电话"),
        *("第2位联系人的电话",),
    ),
}

VOCABULARY = Vocabulary.of(
    _SYNONYMS,
    noun="企业",
    measure="家",
    naming=Column.NAME,
    amount=Column.CAPITAL,
    endings=(
        *("公司", "集团", "厂", "合作社", "合伙", "商行", "商店", "超市", "农场", "中心"),
        *("研究院", "研究所", "事务所", "基金", "银行"),
    ),
    second={
        Column.CONTACT: Column.CONTACT_2,
        Column.CONTACT_POST: Column.CONTACT_POST_2,
        Column.CONTACT_PHONE: Column.CONTACT_PHONE_2,
    },
    contact=Column.CONTACT,
    needs_a_group=frozenset(
        {"名称", "name", "简称", "地区", "所在地", "区域", "说明", "备注", "状态", "来源", "资本"}
    ),
    own_groups="企业|公司|客商|投资方|投资人|业主|基本|登记|工商|单位信息|单位情况",
    other_groups="领导|包保|责任|牵头|服务|专班|干部|项目|我方|我县|本县|局",
)
