"""Shape and labels of what is typed about scores: numbers by hand, objections, answers."""

from collections.abc import Iterable

from wtforms.validators import DataRequired, InputRequired

from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    Radios,
    VersionedForm,
    line_field,
    text_field,
)
from app.promotion.assessments import rules
from app.promotion.assessments.enums import Counting, ObjectionState
from app.promotion.assessments.models import (
    AssessmentEntry,
    AssessmentObjection,
)

Pairs = Iterable[tuple[str, str]]
_NO_QUANTITY = "写成数字，例如 12 或者 0.5"


class EntryForm(BaseForm):
    """A number that nobody counts, with what shows it."""

    item = ChoiceField(
        label_of(AssessmentEntry.item_code), [DataRequired("选一项")], choices=[("", "请选择")]
    )
    group = ChoiceField(
        label_of(AssessmentEntry.group_id), [DataRequired("选给谁")], choices=[("", "请选择")]
    )
    quantity = line_field(
        label_of(AssessmentEntry.quantity),
        12,
        required="写上数字，例如 1 或者 0.5",
        hint="件数；两个组一起的，各写 0.5。扣分的也写件数",
    )
    why = line_field(
        label_of(AssessmentEntry.why), 300, required="写上凭什么，例如 10 月 12 日查岗记录第 3 号"
    )

    def offer(self, items: Pairs, groups: Pairs) -> None:
        self.item.choices = [("", "请选择"), *items]
        self.group.choices = [("", "请选择"), *groups]

    def amount(self, counting: Counting) -> int:
        """What was typed as a quantity; raises RuleBroken when it is none."""
        return quantity_of(self.quantity.data, counting)


def quantity_of(text: str | None, counting: Counting) -> int:
    """What was typed as a quantity; raises RuleBroken when it is none."""
    found = rules.read_quantity(text or "", counting)
    if found is None:
        raise RuleBroken({"quantity": _NO_QUANTITY})
    return found


class ObjectionForm(BaseForm):
    """What is wrong with a score, says who was scored."""

    item = ChoiceField(
        label_of(AssessmentObjection.item_code), [DataRequired("选一项")], choices=[("", "请选择")]
    )
    words = text_field(
        label_of(AssessmentObjection.words), 500, required="写上哪里不对、凭什么，例如 10 月 8 日漏了一次"
    )

    def offer(self, items: Pairs) -> None:
        self.item.choices = [("", "请选择"), *items]


class RulingForm(VersionedForm):
    """What the bureau's head says to an objection."""

    state = Radios(
        label_of(AssessmentObjection.state),
        [InputRequired("选成立还是不成立")],
        choices=[pair for pair in ObjectionState.choices() if pair[0] != ObjectionState.OPEN],
    )
    quantity = line_field(
        label_of(AssessmentObjection.quantity), 12, hint="成立的才写：这一项应该是多少，全组的分跟着重算"
    )
    reply = text_field(label_of(AssessmentObjection.reply), 500, required="写上答复")
