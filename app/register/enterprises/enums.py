"""Vocabulary of enterprises."""

from app.core.values.enums import LabelledEnum


class EnterpriseStatus(LabelledEnum):
    ACTIVE = "active", "存续"
    MOVED = "moved", "迁出"
    REVOKED = "revoked", "吊销"
    CLOSED = "closed", "注销"


class NameKind(LabelledEnum):
    ALIAS = "alias", "简称或别名"
    FORMER = "former", "曾用名"


class ErasureState(LabelledEnum):
    OPEN = "open", "等确认"
    ERASED = "erased", "已删除"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "撤销"
