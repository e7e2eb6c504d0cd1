"""Amounts as people write them."""

from collections.abc import Sequence
from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from app.core.values.clean import clean_line
from app.core.values.money import YI, AmountReading, in_words, meanings_of, read_amount
from app.core.web.forms.days import stood_there
from app.core.web.forms.texts import strip


class AmountField(StringField):
    """An amount as people write it; `.reading` is what was understood, in 元. A bare number is 万元.

    A bare number of unusual size is no amount yet: `.asks` holds what it may mean, the page offers it, and
    what is chosen takes the place of what was typed. With `only_figures` words such as 面议 are refused, and
    what leaves the figure open as well: 约, a range. What stands there since before is never refused.
    """

    reading: AmountReading = AmountReading("", None)
    asks: Sequence[AmountReading] = ()
    longest = 60

    def __init__(self, *args: Any, only_figures: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_figures = only_figures

    def meaning(self, text: str) -> str | int:
        """The figure where it is one as it stands, else the words."""
        figure = read_amount(text).definite
        return text if figure is None else figure

    def tell(self, text: str) -> str:
        """A figure with its unit; what may stay open stays as it was typed."""
        read = read_amount(text)
        return in_words(read.yuan) if self.only_figures and read.bare and read.yuan is not None else text

    @property
    def choice_name(self) -> str:
        """The name under which the meaning that was chosen is sent."""
        return f"{self.name}-meaning"

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        chosen = formdata.get(self.choice_name) if formdata else None
        if chosen and chosen in {one.raw for one in meanings_of(read_amount(self.data))}:
            self.data = chosen

    def pre_validate(self, form: Any) -> None:
        self.reading = read_amount(self.data)
        if not self.data or stood_there(self, self.data):
            return
        if len(self.data) > self.longest:
            raise ValidationError(f"金额最多 {self.longest} 个字")
        if refusal := self._refusal():
            raise ValidationError(refusal)
        self.asks = meanings_of(self.reading)
        if self.asks:
            raise ValidationError(self._question())

    def _refusal(self) -> str:
        read, label = self.reading, self.label.text
        if meanings_of(read):
            return ""
        if self.only_figures and read.yuan is None:
            return f"{label}要写成数字，例如 5.1亿、1200万 或 3000；还没定就先空着"
        if self.only_figures and read.approximate:
            return f"{label}要写成一个确定的数字，不带「约」、范围和说明，例如 5.1亿"
        if read.yuan == 0 and not self.only_figures:
            return f"{label}写 0 就等于没写：还没定就写面议，或先空着"
        return f"{read.problem}；还没定就写面议" if read.problem else ""

    def _question(self) -> str:
        read = self.reading
        as_typed = f"按万元读是 {in_words(read.yuan)}" if read.yuan else "按万元读太大了"
        unit = "元" if read.yuan is None or read.yuan > YI else "亿元"
        return f"「{read.raw}」没写单位，{as_typed}，是不是「{unit}」？在下面选一个"


def amount_field(
    label: str, *, required: str = "", hint: str = "", only_figures: bool = False
) -> AmountField:
    """An amount in 万元 or with its own unit, 3.5亿, 1200万; unless `only_figures` also 2-3亿 and 面议."""
    checks = [DataRequired(required) if required else Optional()]
    return AmountField(
        label, checks, filters=[strip(clean_line)], description=hint, only_figures=only_figures
    )
