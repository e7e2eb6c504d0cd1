"""The ledger's codes in the office's words: actions, and fields that are no columns."""

from app.register.enterprises.enums import NameKind

# What events are about that is no table.
OTHER_KINDS = {"search_index": "搜索索引"}

# Actions that services record by hand; the others are a kind and one of VERBS.
ACTIONS = {
    "account.sign_in": "登录",
    "account.sign_in_failed": "登录被拒",
    "account.locked": "登录被锁",  # until tries were made to wait instead
    "account.slowed": "登录要等",
    "account.released": "放行登录",
    "account.sign_out": "退出登录",
    "account.session_ended": "结束另一处登录",
    "account.roles_changed": "改角色",
    "account.password_changed": "改密码",
    "account.password_reset": "重设密码",
    "account.code_refused": "验证码被拒",
    "account.second_step_begun": "开通两步验证",
    "account.second_step_ended": "关掉两步验证",
    "account.second_step_reset": "重置两步验证",
    "account.recovery_codes": "换恢复码",
    "contact.reveal": "查看联系人号码",
    "contact.erase_asked": "申请删除联系人个人信息",
    "contact.erase_withdrawn": "撤销删除个人信息的申请",
    "contact.erase_refused": "不同意删除联系人个人信息",
    "contact.erase": "删除联系人个人信息",
    "enterprise.names": "改企业名称",
    "lead.correct": "更正线索台账",
    "project.correct": "更正项目台账",
    "target.correct": "更正目标企业台账",
    "lead.members": "改线索点名的人",
    "lead.void": "作废重复的线索",
    "lead.count_again": "重新计入线索",
    "agreement.review": "公平竞争审查结论",
    "agreement.review_asked": "请人做公平竞争审查",
    "lead.confidential_clash": "与保密线索撞单",
    "import_batch.decide": "选定导入的处理",
    "import_batch.written": "导入写完",
    "import_batch.undone": "撤销导入",
    "import_batch.downloaded": "下载导入的问题行",
    "stored_file.downloaded": "下载文件",
    "audit_event.viewed": "查看审计台账",
    "division.revised": "更新行政区划",
    "search_index.resend": "重新发送搁置的记录",
    "county_setting.changed": "改安全设置",
}
VERBS = {"create": "登记", "update": "修改", "delete": "移除", "print": "打印", "export": "导出"}

# Fields of events that services write by hand; all others are columns and go by their labels.
FIELDS = {
    "actor": "谁",
    "action": "动作",
    "kind": "对象类别",
    "subject": "对象",
    "start": "从",
    "end": "到",
    "new": "新登记的",
    "met": "撞上的线索",
    "entry": "台账行",
    "reason": "原因",
    "before": "原来",
    "after": "改为",
    "roles": "角色",
    "setting": "设定",
    "address": "地址",
    "changes": "变化",
    "aliases": NameKind.ALIAS.label,
    "former_names": NameKind.FORMER.label,
    "created": "新增",
    "updated": "更新",
    "unchanged": "没有变化",
    "suspected": "疑似重复",
    "rejected": "没有写入",
    "archived": "归档",
    "restored": "恢复",
    "kept": "保留",
}

# Fields that hold several values, not the one before and the one after.
LISTS = frozenset({("lead", "before"), ("lead", "after"), ("lead", "met")})


def action_choices() -> list[tuple[str, str]]:
    """What the list can be narrowed to: a whole action, or one of the verbs for all kinds (`*.create`)."""
    return [*ACTIONS.items(), *((f"*.{verb}", label) for verb, label in VERBS.items())]
