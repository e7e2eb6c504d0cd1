"""Words of posts: with what somebody is charged."""

from app.core.values.enums import LabelledEnum


class PostKind(LabelledEnum):
    """A post of a chain, the highest first."""

    LEADER = "leader", "链长"
    DEPUTY = "deputy", "副链长"
    TASK_FORCE = "task_force", "专班成员"
