"""Shape and labels of what is typed about anchors and their needs."""

from collections.abc import Iterable

from wtforms import HiddenField
from wtforms.validators import InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import ChoiceField, VersionedForm, amount_field, date_field, line_field
from app.register.anchors.models import AnchorNeed, ChainAnchor


class AnchorForm(VersionedForm):
    """Since when a company is an anchor, and until when."""

    starts_on = date_field(label_of(ChainAnchor.starts_on), required="写上第一天，从这一天起算")
    ends_on = date_field(label_of(ChainAnchor.ends_on), hint="这一天还是链主；没定就空着")
    note = line_field(label_of(ChainAnchor.note), 300, hint="凭什么是链主，例如：带动县内 12 家配套")


class NewAnchorForm(AnchorForm):
    """The same with the company."""

    enterprise = line_field(
        label_of(ChainAnchor.enterprise_id), 120, required="选一家企业，从提示里选或写全称、信用代码"
    )
    enterprise_id = HiddenField()


class NeedForm(VersionedForm):
    """Something that an anchor buys and cannot get here."""

    node = ChoiceField(label_of(AnchorNeed.node_id), [InputRequired("选一个环节")])
    what = line_field(label_of(AnchorNeed.what), 120, required="写要买什么，例如：9 微米湿法隔膜")
    amount = amount_field(label_of(AnchorNeed.amount), only_figures=True, hint="不知道就空着")
    bought_from = line_field(label_of(AnchorNeed.bought_from), 120, hint="省市或企业，不知道就空着")
    source = line_field(label_of(AnchorNeed.source), 200, required="写清谁说的，例如：采购部来函〔2026〕3 号")
    told_on = date_field(label_of(AnchorNeed.told_on), required="写上日期")

    def offer(self, places: Iterable[tuple[str, str]]) -> None:
        self.node.choices = [("", "请选择"), *places]
