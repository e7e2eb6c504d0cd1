"""What is asked when a link is moved, joined with another one, divided or taken off."""

from collections.abc import Iterable, Sequence

from wtforms.validators import InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import ChoiceField, ChoicesField, Radios, VersionedForm, count_field, line_field
from app.register.chains.enums import ChainTier
from app.register.chains.forms.typed import choices_of
from app.register.chains.models import ChainNode
from app.register.chains.rules import Placed


class MoveNodeForm(VersionedForm):
    """Where a link goes, with all below it."""

    parent = ChoiceField(label_of(ChainNode.parent_id))
    tier = Radios(
        label_of(ChainNode.tier), [InputRequired("选上游、中游或下游")], choices=ChainTier.choices()
    )
    position = count_field(label_of(ChainNode.position), 999, hint="小的排在前面")

    def offer(self, places: Iterable[Placed[ChainNode]]) -> None:
        self.parent.choices = [("", "没有，直接在产业链下"), *choices_of(places)]


class MergeNodeForm(VersionedForm):
    """Which link another one becomes a part of for good."""

    into = ChoiceField("并入哪个环节", [InputRequired("选要并入的环节")])

    def offer(self, places: Iterable[Placed[ChainNode]]) -> None:
        self.into.choices = [("", "请选择"), *choices_of(places)]


class RemoveNodeForm(VersionedForm):
    """Why a link is not there any more."""

    reason = line_field("移除原因", 200, required="写一句为什么移除，例如：县里不做这一段")


class SplitNodeForm(VersionedForm):
    """What of a link becomes one of its own."""

    code = line_field("新环节的代号", 30, required="写新环节的代号，例如 NEV-15")
    name = line_field("新环节的名称", 60, required="写新环节的名称")
    keywords = ChoicesField("归新环节的关键词")
    products = ChoicesField("归新环节的产品")
    industries = ChoicesField("归新环节的行业")
    parts = ChoicesField("归新环节的下级环节")
    others = ChoicesField("跟着新环节走的供应关系")

    def offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self[name].choices = list(choices)
