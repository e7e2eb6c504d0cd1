"""Vocabulary of people, units and rights."""

from app.core.values.enums import LabelledEnum


class UnitKind(LabelledEnum):
    COUNTY = "county", "县"
    BUREAU = "bureau", "招商局"
    SECTION = "section", "科室"
    DEPARTMENT = "department", "部门"
    TOWNSHIP = "township", "镇街"
    PARK = "park", "园区"
    RESIDENT_TEAM = "resident_team", "驻点组"


class Role(LabelledEnum):
    ADMINISTRATOR = "administrator", "管理员"
    BUREAU_HEAD = "bureau_head", "招商局负责人"
    OFFICER = "officer", "招商干部"
    RESIDENT = "resident", "驻点队员"
    LEADER = "leader", "县领导"
    AUDITOR = "auditor", "审计员"


class Device(LabelledEnum):
    """What somebody signed in on, as their browser says."""

    DESK = "desk", "电脑"
    PHONE = "phone", "手机"


class Permission(LabelledEnum):
    """What a route may ask for; `rules.PERMISSIONS` says which role holds it."""

    ENTERPRISES_READ = "enterprises_read", "看企业库"
    ENTERPRISES_WRITE = "enterprises_write", "登记和修改企业"
    ENTERPRISES_ARCHIVE = "enterprises_archive", "归档和恢复企业"
    CHAINS_READ = "chains_read", "看产业链"
    CHAINS_WRITE = "chains_write", "编产业链、判断环节强弱缺"
    CHAIN_POSTS = "chain_posts", "定链长、副链长和专班"
    PLACEMENTS_DECIDE = "placements_decide", "确认企业在哪个环节"
    CONTACTS_READ = "contacts_read", "看联系人"
    CONTACTS_UNMASK = "contacts_unmask", "查看联系人号码"
    REVEALS_READ = "reveals_read", "看谁查看了多少号码"
    LEADS_READ = "leads_read", "看线索"
    LEADS_WRITE = "leads_write", "登记和推进线索"
    LEADS_ASSIGN = "leads_assign", "分派线索"
    LEADS_CORRECT = "leads_correct", "更正阶段台账、跳步和退步"
    STAGES_SET = "stages_set", "定阶段的名称和时限"
    VISITS_READ = "visits_read", "看走访"
    VISITS_WRITE = "visits_write", "记走访"
    TARGETS_READ = "targets_read", "看目标企业"
    TARGETS_WRITE = "targets_write", "登记和推进目标企业"
    TARGETS_WEIGH = "targets_weigh", "定目标企业评分的权重"
    TEAMS_READ = "teams_read", "看驻点组"
    TEAMS_WRITE = "teams_write", "管驻点组、队员和轮换"
    ASSESSMENTS_READ = "assessments_read", "看考核得分"
    ASSESSMENTS_WRITE = "assessments_write", "填考核的数、复核"
    ASSESSMENTS_SET = "assessments_set", "定考核方案、结账、答复异议"
    PROJECTS_READ = "projects_read", "看项目"
    PROJECTS_WRITE = "projects_write", "推进项目"
    CAMPAIGNS_READ = "campaigns_read", "看定向招商"
    CAMPAIGNS_WRITE = "campaigns_write", "登记和修改定向招商"
    EXPENSES_READ = "expenses_read", "看经费支出"
    EXPENSES_WRITE = "expenses_write", "登记和修改经费支出"
    EXPENSES_BUDGET = "expenses_budget", "定经费预算"
    TEAM_REPORTS_READ = "team_reports_read", "看驻点组的周报月报"
    TEAM_REPORTS_WRITE = "team_reports_write", "写本组的周报月报"
    TEAM_REPORTS_DECIDE = "team_reports_decide", "收下和退回周报月报"
    TEAM_REPORTS_SET = "team_reports_set", "定周报的列和模板"
    OUTCOMES_READ = "outcomes_read", "看招商成效"
    FUNNEL_READ = "funnel_read", "看转化漏斗"
    COUNT_CONFIDENTIAL = "count_confidential", "合计计入保密线索"
    TAGS_WRITE = "tags_write", "贴标签"
    COMMENTS_WRITE = "comments_write", "留言"
    ATTACHMENTS_WRITE = "attachments_write", "加附件"
    IMPORTS_RUN = "imports_run", "导入"
    LISTS_EXPORT = "lists_export", "导出名单"
    ACCOUNTS_MANAGE = "accounts_manage", "管理人员、单位和账号"
    AUDIT_READ = "audit_read", "看审计"
    SYSTEM_WATCH = "system_watch", "看运行状况"
    WORDS_MANAGE = "words_manage", "管理搜索用词和标签"
    SETTINGS_MANAGE = "settings_manage", "改安全设置"
