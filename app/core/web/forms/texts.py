"""Lines and texts, cleaned and bounded; whole numbers."""

from collections.abc import Callable
from typing import Any

from wtforms import Field, IntegerField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation

from app.core.values.clean import clean_line, clean_text, says_nothing
from app.core.web.forms.base import Unseen


def strip(clean: Any) -> Any:
    return lambda value: clean(value) if isinstance(value, str) else value


def _text_checks(longest: int, required: str) -> list[Any]:
    presence = DataRequired(required) if required else Optional()
    return [presence, Length(max=longest, message=f"最多 {longest} 个字")]


class _Line(StringField):
    def __init__(self, *args: Any, meaning: Callable[[str], object] = str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meaning = meaning


def line_field(
    label: str, longest: int, *, required: str = "", hint: str = "", meaning: Callable[[str], object] = str
) -> Field:
    """One line of text; `required` is the sentence shown when it is missing. `meaning` is what a line says
    that can be written in several ways, such as a code or its name.
    """
    checks = _text_checks(longest, required)
    return _Line(label, checks, filters=[strip(clean_line)], description=hint, meaning=meaning)


def text_field(label: str, longest: int, *, required: str = "", hint: str = "", rows: int = 4) -> Field:
    """Several lines of text."""
    return TextAreaField(
        label,
        _text_checks(longest, required),
        filters=[strip(clean_text)],
        description=hint,
        render_kw={"rows": rows},
    )


class _Count(IntegerField):
    def __init__(self, *args: Any, sentence: str, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sentence, self.unit = sentence, unit

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([clean_line(text) for text in valuelist])
        except ValueError:
            raise ValueError(self.sentence) from None

    def pre_validate(self, form: Any) -> None:
        """What is no number has been told what to write; that it lies in no range says nothing more."""
        if self.process_errors and any(map(clean_line, self.raw_data or ())):
            raise StopValidation


def count_field(
    label: str,
    most: int,
    *,
    least: int = 0,
    required: str = "",
    hint: str = "",
    unit: str = "",
    default: int | None = None,
) -> Field:
    """A whole number from `least` to `most`, of so many `unit`."""
    sentence = f"要写 {least} 到 {most} 之间的整数"
    presence = InputRequired(required) if required else Optional()
    checks = [presence, NumberRange(least, most, sentence)]
    return _Count(label, checks, description=hint, sentence=sentence, unit=unit, default=default)


class UnseenPhone(Unseen, TelField):
    """A telephone number that is not shown where it is changed."""


def unseen_phone_field(label: str) -> UnseenPhone:
    """30 characters; what was written is read by `written_unseen`."""
    return UnseenPhone(label, [Optional(), Length(max=30, message="电话最多 30 个字符")])


def written_unseen(field: Field) -> str | None:
    """What was written in a field that shows nothing: None leaves what stands there as it is; 无, or another
    mark of nothing, clears it.
    """
    text = clean_line(field.data or "")
    if not text:
        return None
    return "" if says_nothing(text) else text
