"""Amounts as people write them."""

from collections.abc import Sequence
from typing import Any

from wtforms import StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from app.core.values.clean import clean_line
from app.core.values.money import WAN, YI, AmountReading, in_words, in_yuan, meanings_of, read_amount
from app.core.web.forms.days import stood_there
from app.core.web.forms.texts import strip


class AmountField(StringField):
    """An amount as people write it; `.reading` is what was understood, in 元. A bare number is 万元.

    A bare number of unusual size is no amount yet: `.asks` holds what it may mean, the page offers it, and
    what is chosen takes the place of what was typed. With `only_figures` words such as 面议 are refused, and
    what leaves the figure open as well: 约, a range. What stands there since before is never refused. In
    元, as receipts are written, no size is unusual by itself: the rule of the record says what is too much.
    """

    reading: AmountReading = AmountReading("", None)
    asks: Sequence[AmountReading] = ()
    longest = 60

    def __init__(self, *args: Any, only_figures: bool = False, in_yuan: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_figures, self.in_yuan = only_figures, in_yuan

    def read(self, text: str | None) -> AmountReading:
        """What was typed as this field understands it."""
        return read_amount(text, unit=1 if self.in_yuan else WAN)

    def meanings(self, reading: AmountReading) -> Sequence[AmountReading]:
        return () if self.in_yuan else meanings_of(reading)

    def meaning(self, text: str) -> str | int:
        """The figure where it is one as it stands, else the words."""
        figure = self.read(text).definite
        return text if figure is None else figure

    def tell(self, text: str) -> str:
        """A figure with its unit; what may stay open stays as it was typed."""
        read = self.read(text)
        if not self.only_figures or not read.bare or read.yuan is None:
            return text
        return in_yuan(read.yuan) if self.in_yuan else in_words(read.yuan)

    def process_data(self, value: Any) -> None:
        """A stored figure, 元, as it may be sent back unchanged: exact, in the unit of the field."""
        super().process_data(self._as_typed(value) if isinstance(value, int) else value)

    def _as_typed(self, yuan: int) -> str:
        if self.in_yuan:
            return str(yuan)
        return f"{yuan}元" if yuan % WAN else str(yuan // WAN)

    @property
    def choice_name(self) -> str:
        """The name under which the meaning that was chosen is sent."""
        return f"{self.name}-meaning"

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        chosen = formdata.get(self.choice_name) if formdata else None
        if chosen and chosen in {one.raw for one in self.meanings(self.read(self.data))}:
            self.data = chosen

    def pre_validate(self, form: Any) -> None:
        self.reading = self.read(self.data)
        if not self.data or stood_there(self, self.data):
            return
        if len(self.data) > self.longest:
            raise ValidationError(f"金额最多 {self.longest} 个字")
        if refusal := self._refusal():
            raise ValidationError(refusal)
        self.asks = self.meanings(self.reading)
        if self.asks:
            raise ValidationError(self._question())

    def _refusal(self) -> str:
        read, label = self.reading, self.label.text
        if self.meanings(read):
            return ""
        if self.only_figures and read.yuan is None:
            return f"{label}要写成数字，例如 {self._example}；还没定就先空着"
        if self.only_figures and read.approximate:
            return f"{label}要写成一个确定的数字，不带「约」、范围和说明，例如 {self._example}"
        if read.yuan == 0 and not self.only_figures:
            return f"{label}写 0 就等于没写：还没定就写面议，或先空着"
        return f"{read.problem}；还没定就写面议" if read.problem else ""

    @property
    def _example(self) -> str:
        return "856.50、1200 或 8万" if self.in_yuan else "5.1亿、1200万 或 3000"

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


def yuan_field(label: str, *, required: str = "", hint: str = "") -> AmountField:
    """An amount in 元 as on a receipt, 856.50, or with its own unit, 8万; always a figure."""
    checks = [DataRequired(required) if required else Optional()]
    filters = [strip(clean_line)]
    return AmountField(label, checks, filters=filters, description=hint, only_figures=True, in_yuan=True)
