"""Base form and field kinds: every text is cleaned and bounded before any rule or table sees it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.core.values.clean import clean_line, clean_text
from app.core.values.errors import RuleBroken
from app.core.values.money import YI, Reading, in_words, meanings_of, read_amount
from app.core.web import files, opened
from app.core.web.idempotency import new_key
from app.core.web.receiving import LARGEST_FILE

Pairs = Iterable[tuple[Any, str]]


class BaseForm(FlaskForm):  # type: ignore[misc]
    """Chinese messages, an idempotency key for creates, and a place for errors of the whole form."""

    class Meta:
        locales: ClassVar = ["zh"]

    idempotency_key = HiddenField()

    def ready(self) -> "BaseForm":
        """Gives a fresh form its key; call it before showing a form that creates."""
        if not self.idempotency_key.data:
            self.idempotency_key.data = new_key()
        return self

    def refuse(self, broken: RuleBroken) -> None:
        """Puts the problems a rule found on their fields; those without a field on the whole form."""
        for name, sentence in broken.problems.items():
            field = self._fields.get(name)
            errors = self.form_errors if field is None else field.errors
            if isinstance(errors, tuple):
                field.errors = [*errors, sentence]
            else:
                errors.append(sentence)


class VersionField(IntegerField):
    """The version a form was filled from; beside it goes what the form showed then (core/web/opened)."""

    def __init__(self, *args: Any, _form: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, _form=_form, **kwargs)
        self._of = _form

    @property
    def opened(self) -> str:
        """What the form showed when it was opened, also after a refusal."""
        return opened.kept() if self.raw_data else opened.told(self._of)


class VersionedForm(BaseForm):
    """A form that edits: it sends back the version it was filled from. `beside` names fields that are about
    this saving and not about the record, such as its reason: nobody else can have changed them.
    """

    beside: ClassVar[Collection[str]] = ()
    version = VersionField("版本", [Optional()])

    @property
    def seen(self) -> int:
        """The version it was filled from; 0, which is never current, when it came without one."""
        return self.version.data or 0


def seen_version() -> int:
    """The version that a form of one button was shown with; 0, which is never current, without a good one."""
    form = VersionedForm()
    return form.seen if form.validate() else 0


class Unseen:
    """A field that never shows what stands there and keeps it when nothing is written; `stands` says it in
    words of which nothing can be learned, such as a masked number.
    """

    stands = ""


def _strip(clean: Any) -> Any:
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
    return _Line(label, checks, filters=[_strip(clean_line)], description=hint, meaning=meaning)


def text_field(label: str, longest: int, *, required: str = "", hint: str = "", rows: int = 4) -> Field:
    """Several lines of text."""
    return TextAreaField(
        label,
        _text_checks(longest, required),
        filters=[_strip(clean_text)],
        description=hint,
        render_kw={"rows": rows},
    )


class _Count(IntegerField):
    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([clean_line(text) for text in valuelist])


def _stood_there(field: Field, sent: str) -> bool:
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
        if not sentence or _stood_there(self, str(self.data)):
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


class _Pairs:
    """Choices come as (code, words), as `LabelledEnum.choices` and the pickers tell them."""

    def __init__(self, *args: Any, choices: Pairs | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices

    def _pairs(self) -> list[SelectChoice] | None:
        return self._choices

    def _take_pairs(self, pairs: Pairs | None) -> None:
        self._choices = None if pairs is None else [SelectChoice(*pair) for pair in pairs]

    choices: Any = property(_pairs, _take_pairs)


class OneOf(_Pairs, SelectField):
    """One choice from a list that folds out."""


class Flag(BooleanField):
    """Yes or no, in words that say of what."""

    def __init__(self, *args: Any, yes: str, no: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = {True: yes, False: no}


def whole_name(name: str) -> str:
    """The name under which the page of a conflict sends a list of choices as a whole."""
    return f"{name}-whole"


class SomeOf(_Pairs, SelectMultipleField):
    """Any number of choices. On the page of a conflict one of two lists is chosen (`is_whole`)."""

    is_whole = False

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        chosen = formdata.get(whole_name(self.name)) if formdata else None
        if chosen is not None:
            self.data, self.is_whole = chosen.split(), True


class PersonField(OneOf):
    """One of our people; the page makes it a box to type a name, its pinyin, a unit or a post into. A form
    filled from a record takes the person who stands there.
    """

    def process_data(self, value: Any) -> None:
        super().process_data(getattr(value, "public_id", value))


class PeopleField(SomeOf):
    """Any number of our people, picked the same way."""


class Radios(_Pairs, RadioField):
    """One choice, all of them in sight."""


def count_field(
    label: str, most: int, *, least: int = 0, required: str = "", hint: str = "", unit: str = ""
) -> Field:
    """A whole number from `least` to `most`, of so many `unit`."""
    sentence = f"要写 {least} 到 {most} 之间的整数"
    presence = InputRequired(required) if required else Optional()
    checks = [presence, NumberRange(least, most, sentence)]
    return _Count(label, checks, description=hint, unit=unit)


class UploadField(FileField):  # type: ignore[misc]
    """A file to be kept; `data` is what lies on the disk by now, before the first statement of the request.

    A form that is refused for something else carries it along (`promise`), so it need not be chosen again.
    """

    data: files.Stored | None
    _sent_along = ""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        self._sent_along = formdata.get(self.promise_name, "") if formdata else ""
        super().process(formdata, *args, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        chosen = [upload for upload in valuelist if isinstance(upload, files.Upload) and upload.filename]
        if not chosen:
            self.data = files.promised(self._sent_along)
            return
        try:
            self.data = files.take_in(chosen[0])
        except RuleBroken as broken:
            raise ValueError(str(broken)) from None

    @property
    def promise_name(self) -> str:
        return f"{self.name}_kept"

    @property
    def promise(self) -> str:
        return files.promise(self.data) if self.data else ""


def upload_field(label: str, *, hint: str = "") -> UploadField:
    """A file of the kinds and size that the product stores."""
    most = {"accept": files.ACCEPTED, "data-most": LARGEST_FILE}
    return UploadField(label, description=hint, render_kw=most)


class AmountField(StringField):
    """An amount as people write it; `.reading` is what was understood, in 元. A bare number is 万元.

    A bare number of unusual size is no amount yet: `.asks` holds what it may mean, the page offers it, and
    what is chosen takes the place of what was typed. With `only_figures` words such as 面议 are refused, and
    what leaves the figure open as well: 约, a range. What stands there since before is never refused.
    """

    reading: Reading = Reading("", None)
    asks: Sequence[Reading] = ()
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
        if not self.data or _stood_there(self, self.data):
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
        label, checks, filters=[_strip(clean_line)], description=hint, only_figures=only_figures
    )
