"""Companies: registered, edited, brought back, named in another form."""

from wtforms import BooleanField, HiddenField, StringField
from wtforms.form import Form
from wtforms.validators import Length, Optional

from app.core.values.clean import clean_line, clean_text
from app.core.values.labels import label_of, unit_of
from app.core.web.forms import (
    ChoiceField,
    VersionedForm,
    amount_field,
    count_field,
    date_field,
    line_field,
    text_field,
)
from app.register.enterprises.enums import EnterpriseStatus, NameKind
from app.register.enterprises.models import Enterprise
from app.register.enterprises.rules import NAME_LENGTH, check_credit_code
from app.register.enterprises.services import EnterpriseData
from app.register.reference.queries import industry_meant, place_meant

_MOST_NAMES = 20


def _lines(text: str | None) -> tuple[str, ...]:
    """One name a line; cut where the table ends, as the form has already said so."""
    names = (clean_line(line) for line in (text or "").splitlines())
    return tuple(name[:NAME_LENGTH] for name in names if name)[:_MOST_NAMES]


class _CreditCode(StringField):
    def meaning(self, text: str) -> str | None:
        return check_credit_code(text).code


class EnterpriseForm(VersionedForm):
    """Registering and editing a company."""

    beside = ("code_overridden", "not_duplicate")

    name = line_field(
        label_of(Enterprise.name), NAME_LENGTH, required="写企业全称，例如：苏州澜川新材料有限公司"
    )
    credit_code = _CreditCode(
        label_of(Enterprise.credit_code), [Optional(), Length(max=60, message="信用代码是 18 位")]
    )
    code_overridden = BooleanField(label_of(Enterprise.code_overridden), description="校验不对也照此登记")
    aliases = text_field(NameKind.ALIAS.label, 1000, rows=2)
    former_names = text_field(NameKind.FORMER.label, 1000, rows=2)
    region = line_field(label_of(Enterprise.region_code), 80, meaning=place_meant)
    industry = line_field(label_of(Enterprise.industry_code), 100, meaning=industry_meant)
    status = ChoiceField(
        label_of(Enterprise.status),
        choices=EnterpriseStatus.choices(),
        default=EnterpriseStatus.ACTIVE.value,
        validate_choice=True,
    )
    capital_text = amount_field(label_of(Enterprise.capital))
    established_on = date_field(label_of(Enterprise.established_on))
    headcount = count_field(label_of(Enterprise.headcount), 10_000_000, unit=unit_of(Enterprise.headcount))
    scope = text_field(label_of(Enterprise.scope), 5000, rows=4)
    notes = text_field(label_of(Enterprise.notes), 2000, rows=3)
    origin = line_field(label_of(Enterprise.origin), 60)
    not_duplicate = BooleanField("不是同一家，仍要保存")

    def entered(self) -> EnterpriseData:
        """What was written, as the services take it."""
        return EnterpriseData(
            name=self.name.data or "",
            credit_code=clean_text(self.credit_code.data or ""),
            code_overridden=self.code_overridden.data,
            aliases=_lines(self.aliases.data),
            former_names=_lines(self.former_names.data),
            region=self.region.data or "",
            industry=self.industry.data or "",
            status=EnterpriseStatus.parse(self.status.data) or EnterpriseStatus.ACTIVE,
            capital_text=self.capital_text.data or "",
            established_on=self.established_on.data,
            headcount=self.headcount.data,
            scope=self.scope.data or "",
            notes=self.notes.data or "",
            origin=self.origin.data or "",
        )


def edit_form(data: EnterpriseData, version: int) -> EnterpriseForm:
    """The form filled with what stands there."""
    return EnterpriseForm(
        formdata=None,
        version=version,
        name=data.name,
        credit_code=data.credit_code or "",
        code_overridden=data.code_overridden,
        aliases="\n".join(data.aliases),
        former_names="\n".join(data.former_names),
        region=data.region,
        industry=data.industry,
        status=data.status.value,
        capital_text=data.capital_text,
        established_on=data.established_on,
        headcount=data.headcount,
        scope=data.scope,
        notes=data.notes,
        origin=data.origin,
    )


class CompanyField(Form):
    """The company of another form: its name as typed, and what was picked from the suggestions."""

    enterprise = line_field("企业", NAME_LENGTH, required="选一家企业；库里没有的写全称，可以当场登记")
    enterprise_id = HiddenField()


class RestoreForm(VersionedForm):
    """Bringing an archived company back, where it is not plain that it may."""

    not_duplicate = BooleanField("不是同一家，仍要恢复")
    without_code = BooleanField("不带信用代码恢复，原来的代码写进备注")
