"""Shape and labels of what is typed about schemes and their items."""

from collections.abc import Iterable

from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.core.values.credit import By
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    Radios,
    VersionedForm,
    count_field,
    date_field,
    line_field,
)
from app.promotion.assessments import rules
from app.promotion.assessments.enums import Counting, ItemPart, RuleKind, SpanKind
from app.promotion.assessments.models import (
    AssessmentItem,
    AssessmentScheme,
    AssessmentVersion,
)
from app.promotion.assessments.rules import ScoreItem

Pairs = Iterable[tuple[str, str]]
BY_HAND = ("", "人工填数，另一个人复核")
_NO_POINTS = "写成分数，例如 10 或者 0.5"
_NO_QUANTITY = "写成数字，例如 12 或者 0.5"


class SchemeForm(BaseForm):
    """A new scheme."""

    shipped = HiddenField()
    name = line_field(label_of(AssessmentScheme.name), 60, required="写上名称，例如 驻点组月度比拼")
    by = Radios(label_of(AssessmentScheme.by), [InputRequired("选考核谁")], choices=By.choices())
    kind = Radios(
        label_of(AssessmentScheme.kind), [InputRequired("选多久考核一次")], choices=SpanKind.choices()
    )
    starts_on = date_field(
        label_of(AssessmentScheme.starts_on),
        required="选从哪天起",
        hint="从这一天所在的那个月（季、年）的第一天算起",
    )
    note = line_field(label_of(AssessmentScheme.note), 300)


class ItemForm(VersionedForm):
    """An item of a draft."""

    name = line_field(label_of(AssessmentItem.name), 40, required="写上名称，例如 外出拜访")
    part = Radios(label_of(AssessmentItem.part), [InputRequired("选一个")], choices=ItemPart.choices())
    measure = ChoiceField(
        label_of(AssessmentItem.measure), choices=[BY_HAND], description="系统里有的数，每一分都点得开"
    )
    counting = Radios(
        label_of(AssessmentItem.counting),
        [InputRequired("选一个")],
        choices=Counting.choices(),
        description="金额按亿元算",
    )
    rule = Radios(label_of(AssessmentItem.rule), [InputRequired("选一个")], choices=RuleKind.choices())
    weight = line_field(
        label_of(AssessmentItem.weight), 10, hint="各项加起来要正好 100 分；扣分、一票否决的写 0"
    )
    goal = line_field(label_of(AssessmentItem.goal), 12, hint="和目标比的才写：几个，或者几亿元")
    each = line_field(
        label_of(AssessmentItem.each), 10, hint="每件加分、扣分的才写；分档的，是不到最低一档每差一件再扣几分"
    )
    steps = line_field(
        label_of(AssessmentItem.steps), 120, hint="分档的才写，例如 20=10，15=9，10=8：满 20 得 10 分"
    )
    most = line_field(label_of(AssessmentItem.most), 10, hint="不封顶就空着")
    least = line_field(label_of(AssessmentItem.least), 10, hint="扣到多少为止；没有就空着")
    digits = Radios(
        label_of(AssessmentItem.digits),
        [InputRequired("选一个")],
        choices=[("0", "整数"), ("1", "一位小数"), ("2", "两位小数")],
        description="四舍五入，看到的分就是存下的分",
    )
    position = count_field(label_of(AssessmentItem.position), 99, hint="小的在前")

    def offer(self, measures: Pairs) -> None:
        self.measure.choices = [BY_HAND, *measures]

    def item(self) -> ScoreItem:
        """What was typed; raises RuleBroken with what cannot be read, at its field."""
        counting, problems = Counting(self.counting.data), dict[str, str]()

        def points(name: str) -> int | None:
            text = self[name].data or ""
            number = rules.read_points(text) if text else None
            if text and number is None:
                problems[name] = _NO_POINTS
            return number

        goal = rules.read_quantity(self.goal.data, counting) if self.goal.data else 0
        if goal is None:
            problems["goal"] = _NO_QUANTITY
        steps = rules.read_steps(self.steps.data or "", counting)
        if steps is None:
            problems["steps"] = "写成 20=10，15=9，10=8 这样，一档只写一次"
        item = ScoreItem(
            code="",
            name=self.name.data,
            part=ItemPart(self.part.data),
            rule=RuleKind(self.rule.data),
            measure=self.measure.data or "",
            counting=counting,
            weight=points("weight") or 0,
            goal=goal or 0,
            each=points("each") or 0,
            steps=steps or (),
            most=points("most"),
            least=points("least"),
            digits=int(self.digits.data),
        )
        if problems:
            raise RuleBroken(problems)
        return item


class StartForm(VersionedForm):
    """From when on a draft holds."""

    valid_from = date_field(
        label_of(AssessmentVersion.valid_from),
        required="选从哪天起",
        hint="一期按最后一天那时的方案算：20 日改的，当月就按新的；以前各期不动",
    )
    note = line_field(label_of(AssessmentVersion.note), 200)
