"""How a link is drawn: its state, or that nobody has judged it."""

from app.core.values.enums import LabelledEnum
from app.register.chains.enums import NodeState


class Drawn(LabelledEnum):
    """Each with colour, shape and letter of its own, so that black and white tell them apart as well."""

    MISSING = "missing", "缺"
    WEAK = "weak", "弱"
    STRONG = "strong", "强"
    UNJUDGED = "unjudged", "未判断"

    @classmethod
    def of(cls, state: NodeState | None) -> "Drawn":
        return cls.UNJUDGED if state is None else cls(state.value)

    @property
    def letter(self) -> str:
        return self.label[0]


class Paper(LabelledEnum):
    A3 = "a3", "A3"
    A4 = "a4", "A4"
