"""Shape and labels of what is typed about chains. Fields that store are named like the column they fill."""

from collections.abc import Iterable

from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.core.values.labels import label_of, unit_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    Radios,
    VersionedForm,
    count_field,
    date_field,
    line_field,
    text_field,
)
from app.register.chains import rules
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.models import Chain, ChainNode, NodeIndustry, NodeJudgement
from app.register.chains.rules import Placed, in_words

SUPPLIER, BUYER = "supplier", "buyer"
_WORDS = "几个之间用顿号隔开"


class ChainForm(VersionedForm):
    """A chain, new or changed."""

    code = line_field(
        label_of(Chain.code), 20, required="写代号，例如 NEV", hint="大写字母和数字，导入导出都认它"
    )
    name = line_field(label_of(Chain.name), 60, required="写产业链的名称，例如：新能源汽车")
    aliases = line_field(label_of(Chain.aliases), 300, hint=_WORDS, meaning=in_words)
    position = count_field(label_of(Chain.position), 999, hint="小的排在前面")
    note = text_field(label_of(Chain.note), 2000, hint="没有就空着")


class NodeForm(VersionedForm):
    """A link of a chain, new or changed."""

    code = line_field(label_of(ChainNode.code), 30, required="写代号，例如 NEV-07")
    name = line_field(label_of(ChainNode.name), 60, required="写环节的名称，例如：隔膜")
    tier = Radios(
        label_of(ChainNode.tier), [InputRequired("选上游、中游或下游")], choices=ChainTier.choices()
    )
    parent = ChoiceField(label_of(ChainNode.parent_id))
    position = count_field(label_of(ChainNode.position), 999, hint="小的排在前面")
    importance = count_field(
        label_of(ChainNode.importance),
        rules.MOST,
        least=rules.LEAST,
        required=f"写 {rules.IMPORTANCE}",
        hint=f"{rules.IMPORTANCE}，{rules.MOST} 最重要",
    )
    keywords = line_field(label_of(ChainNode.keywords), rules.LONGEST_WORDS, hint=_WORDS, meaning=in_words)
    products = line_field(label_of(ChainNode.products), rules.LONGEST_WORDS, hint=_WORDS, meaning=in_words)
    industries = text_field(
        label_of(NodeIndustry.industry_code), 600, hint="国标代码或名称，一行一个，例如 C3841", rows=3
    )
    action = Radios(label_of(ChainNode.action), choices=[("", "没定"), *NodeAction.choices()], default="")

    def offer(self, places: Iterable[Placed[ChainNode]]) -> None:
        """The links that this one may be a part of."""
        self.parent.choices = [("", "没有，直接在产业链下"), *choices_of(places)]


def choices_of(places: Iterable[Placed[ChainNode]]) -> list[tuple[str, str]]:
    """Links to choose from, each below what it is a part of."""
    return [(one.node.public_id, f"{'　' * one.depth}{one.node.name}") for one in places]


class JudgementForm(BaseForm):
    """What a link is judged to be, from a day on."""

    state = Radios(
        label_of(NodeJudgement.state), [InputRequired("选强、弱或缺")], choices=NodeState.choices()
    )
    local_rate = count_field(
        label_of(NodeJudgement.local_rate),
        100,
        hint="县内企业能供上的，占本地需求的百分之几；不知道就空着，缺口指数也就不算",
        unit=unit_of(NodeJudgement.local_rate),
    )
    effective_on = date_field(label_of(NodeJudgement.effective_on), required="选日期，从这一天起算")
    reason = text_field(
        label_of(NodeJudgement.reason), 300, required="写理由，例如：县内没有企业做，链主全从外省买", rows=3
    )
    evidence = line_field(label_of(NodeJudgement.evidence), 300, hint="文件、会议、企业来函，写清出处")


class SupplyForm(BaseForm):
    """Another link of the chain, and on which side of this one it stands."""

    direction = Radios(
        "它是",
        choices=[(SUPPLIER, "供应方"), (BUYER, "需求方")],
        default=SUPPLIER,
        validators=[InputRequired()],
    )
    other = ChoiceField("环节", [InputRequired("选一个环节")])

    def offer(self, places: Iterable[Placed[ChainNode]]) -> None:
        self.other.choices = [("", "请选择"), *choices_of(places)]


class EndSupplyForm(BaseForm):
    """Another link, and on which side of this one it stands no more."""

    direction = HiddenField()
    other = HiddenField()
