"""Forms of signing in, passwords, people, units and users."""

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    ChoicesField,
    PersonField,
    VersionedForm,
    count_field,
    date_field,
    line_field,
)
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit, User, UserRole
from app.register.accounts.passwords import LONGEST


def _secret(label: str, missing: str, hint: str = "") -> PasswordField:
    checks = [DataRequired(missing), Length(max=LONGEST, message=f"密码最多 {LONGEST} 位")]
    return PasswordField(label, checks, description=hint)


class SignInForm(BaseForm):
    login = line_field(label_of(User.login), 60, required="写上管理员分配的账号")
    password = _secret("密码", "写上密码")


class PasswordForm(BaseForm):
    old_password = _secret("原密码", "写上现在的密码")
    new_password = _secret("新密码", "写上新密码", "至少 12 位，可以用几个词连起来，例如一句只有自己知道的话")
    again = _secret("再写一遍新密码", "再写一遍新密码")

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.new_password.data:
            raise ValidationError("两遍写得不一样")


class CodeForm(BaseForm):
    code = line_field("验证码", 40, required="写上手机上现在的 6 位数字，或者一个恢复码")


class ConfirmSecondStepForm(BaseForm):
    sealed = HiddenField()
    code = line_field("手机上现在的 6 位数字", 40, required="写上手机上现在的 6 位数字")


class BeginSecondStepForm(BaseForm):
    password = _secret("密码", "写上密码")


class SecondStepForm(BeginSecondStepForm):
    """What somebody does who has a second step: with both."""

    code = line_field("验证码", 40, required="写上手机上现在的 6 位数字，或者一个恢复码")
    deed = ChoiceField(
        "要办的事", [DataRequired("选一件")], choices=[("codes", ""), ("move", ""), ("end", "")]
    )


class PersonForm(VersionedForm):
    name = line_field(label_of(Person.name), 40, required="写上姓名")
    post = line_field(label_of(Person.post), 60)
    phone = line_field(label_of(Person.phone), 30)
    unit = ChoiceField(label_of(Person.unit_id), [DataRequired("选一个单位")])


class UnitForm(VersionedForm):
    name = line_field(label_of(Unit.name), 60, required="写上单位名称")
    kind = ChoiceField(label_of(Unit.kind), choices=UnitKind.choices())
    parent = ChoiceField(label_of(Unit.parent_id), [Optional()])
    position = count_field(label_of(Unit.position), 9999, default=0)


class UserForm(BaseForm):
    person = PersonField(label_of(User.person_id), [DataRequired("选一个人")])
    login = line_field(
        label_of(User.login), 40, required="写上账号，例如 shenruolan", hint="英文字母、数字、横线"
    )
    roles = ChoicesField(label_of(UserRole.role), choices=Role.choices())


class RolesForm(VersionedForm):
    roles = ChoicesField(label_of(UserRole.role), choices=Role.choices())


class MembershipForm(BaseForm):
    team = ChoiceField(label_of(TeamMembership.team_id), [DataRequired("选一个驻点组")])
    starts_on = date_field(label_of(TeamMembership.starts_on), required="写上第一天，例如 2026-11-23")
    ends_on = date_field(label_of(TeamMembership.ends_on), hint="还在组里就空着")
    is_head = BooleanField(label_of(TeamMembership.is_head))


class LeavingForm(VersionedForm):
    ends_on = date_field(label_of(TeamMembership.ends_on), required="写上最后一天，例如 2026-11-23")


class ArchiveUnitForm(VersionedForm):
    reason = line_field(label_of(Unit.archive_reason), 200, required="写上原因")
    successor = ChoiceField("由谁接手", [Optional()])


class ArchivePersonForm(VersionedForm):
    reason = line_field(label_of(Person.archive_reason), 200, required="写上原因")
    successor = PersonField("由谁接手", [Optional()])
