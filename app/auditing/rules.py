"""What an event is called, in the office's words. Pure."""

import json
from dataclasses import dataclass

_SUBJECTS = {
    "user_account": "账号",
    "user_role": "角色",
    "user_session": "登录",
    "person": "人员",
    "unit": "单位",
    "team_membership": "驻点经历",
    "enterprise": "企业",
    "enterprise_name": "企业别名",
    "contact": "联系人",
    "contact_personal": "联系人信息",
    "lead": "线索",
    "lead_member": "线索知情人",
    "agreement": "协议",
    "fair_review": "公平竞争审查",
    "visit": "走访",
    "visit_participant": "走访人员",
    "visit_contact": "走访对象",
    "step": "下一步",
    "project": "项目",
    "stored_file": "文件",
    "import_batch": "导入",
    "stage_set": "阶段设置",
    "stage_setting": "阶段设置",
    "stage_criterion": "阶段条件",
    "audit_event": "审计台账",
}
_VERBS = {
    "create": "登记",
    "update": "修改",
    "import": "导入",
    "sign_in": "登录",
    "sign_in_failed": "登录失败",
    "locked": "登录被锁",
    "sign_out": "退出",
    "password_changed": "改密码",
    "password_reset": "重设密码",
    "reveal": "看号码",
    "erase": "抹去个人信息",
    "viewed": "查看",
    "export": "导出",
    "archive": "归档",
    "restore": "恢复",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a line for people: what was done to what, and the fields with both values."""

    title: str
    fields: tuple[tuple[str, str, str], ...]


def told(action: str, subject_kind: str, summary: str, details: str) -> Told:
    """Reads one event. Unknown codes are shown as they are: nothing is hidden from an auditor."""
    verb = action.rpartition(".")[2]
    title = summary or f"{_VERBS.get(verb, action)}{_SUBJECTS.get(subject_kind, subject_kind)}"
    fields = tuple((name, *_both(value)) for name, value in json.loads(details).items())
    return Told(title, fields)


def _both(value: object) -> tuple[str, str]:
    if isinstance(value, list) and len(value) == 2:
        return _shown(value[0]), _shown(value[1])
    return "", _shown(value)


def _shown(value: object) -> str:
    if value is None:
        return "空"
    text = str(value)
    return "（个人信息）" if text.startswith("h:") else text[:120]
