"""Vocabulary of leads. Stage codes are an enum because code branches on them; labels are dated tables."""

from app.core.values.enums import LabelledEnum


class LeadStage(LabelledEnum):
    """The label here is only the seed of the stage tables, which the county edits."""

    LEAD = "lead", "线索"
    ASSESSED = "assessed", "研判"
    FIRST_TALK = "first_talk", "首谈"
    NEGOTIATING = "negotiating", "在谈"
    INSPECTING = "inspecting", "考察"
    REVIEWING = "reviewing", "评审"
    APPROVED = "approved", "上会"
    SIGNED = "signed", "签约"
    ON_HOLD = "on_hold", "暂缓"
    LOST = "lost", "流失"


PATH: tuple[LeadStage, ...] = tuple(LeadStage)[:8]


class LeadSource(LabelledEnum):
    """The methods: one vocabulary for leads, targets and campaigns."""

    RESIDENT = "resident", "驻点招商"
    DIRECTED = "directed", "定向招商"
    REFERRAL = "referral", "以商招商"
    CHAIN = "chain", "产业链招商"
    FUND = "fund", "基金招商"
    AGENCY = "agency", "中介和商协会"
    KINSHIP = "kinship", "乡贤校友"
    SCENARIO = "scenario", "场景招商"
    ENCLAVE = "enclave", "飞地招商"
    PLATFORM = "platform", "平台招商"
    EVENT = "event", "活动推介"
    LEADER = "leader", "领导招商"
    ONLINE = "online", "线上来访"
    OTHER = "other", "其他"


class LossReason(LabelledEnum):
    POLICY = "policy", "政策不匹配"
    SITE = "site", "用地或厂房"
    COST = "cost", "要素价格"
    APPROVAL = "approval", "审批慢"
    SUPPORT = "support", "配套或人才"
    FUNDING = "funding", "资金断裂"
    PARENT = "parent", "母公司战略"
    ELSEWHERE = "elsewhere", "落到他地"
    ENVIRONMENT = "environment", "环保或能耗否决"
    SILENT = "silent", "失去联系"
    OTHER = "other", "其他"


class Criterion(LabelledEnum):
    """What a stage may ask for; which stage asks for which is a dated table."""

    ASSESSMENT = "assessment", "研判意见"
    FIRST_NEGOTIATOR = "first_negotiator", "首谈人和首谈日期"
    CONTACT_MADE = "contact_made", "走访或接待记录"
    SUMMARY = "summary", "项目概要"
    CONCLUSION = "conclusion", "会议结论"
    AGREEMENT = "agreement", "正式协议"
    FAIR_REVIEW = "fair_review", "公平竞争审查结论"


class AgreementKind(LabelledEnum):
    INTENT = "intent", "意向协议"
    FRAMEWORK = "framework", "框架协议"
    CONTRACT = "contract", "正式协议"


class ReviewVerdict(LabelledEnum):
    PASSED = "passed", "通过"
    AMENDED = "amended", "修改后通过"
    REFUSED = "refused", "不通过"


class StepsThen(LabelledEnum):
    """What becomes of the open steps of a lead that is archived."""

    DROP = "drop", "不再办，随线索结束"
    KEEP = "keep", "照旧要办，挂到企业上"
