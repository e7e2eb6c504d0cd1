"""Days, and those that the page asks about."""

from collections.abc import Callable
from datetime import date
from typing import Any

from wtforms import DateField, Field
from wtforms.validators import InputRequired, Optional, ValidationError

from app.core.values.clean import clean_line
from app.core.web import opened


def stood_there(field: Field, sent: str) -> bool:
    """Whether a field came as it was shown: what stands there since before is never doubted."""
    was = opened.read(opened.kept()).get(field.name)
    return was is not None and was.value == sent


class _Day(DateField):
    """A date. `doubt`, where a view sets it, says what speaks against a day that may be right all the same:
    the page asks, and takes the day when it is sent with `sure_name`. Another day is asked about anew.
    """

    doubt: Callable[[date], str | None] | None = None
    in_doubt = ""  # the day the page asks about
    is_sure = False

    @property
    def sure_name(self) -> str:
        return f"{self.name}-sure"

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        self.is_sure = bool(formdata and self.data and formdata.get(self.sure_name) == str(self.data))

    def pre_validate(self, form: Any) -> None:
        sentence = self.doubt(self.data) if self.doubt and self.data else None
        if not sentence or stood_there(self, str(self.data)):
            return
        self.in_doubt = str(self.data)
        if not self.is_sure:
            raise ValidationError(sentence)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([clean_line(text) for text in valuelist])
        except ValueError:
            self.data = None
            raise ValueError("日期要写成 2026-11-23 这样，并且是真有的一天") from None
        if isinstance(self.data, date) and not 1900 <= self.data.year <= 2100:
            raise ValueError("年份要在 1900 到 2100 之间")


def date_field(label: str, *, required: str = "", hint: str = "") -> Field:
    """A business date, 2026-11-23."""
    return _Day(label, [InputRequired(required) if required else Optional()], description=hint)
