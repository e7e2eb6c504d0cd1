"""Forms of signing in, passwords, people, units and users."""

from wtforms import BooleanField, HiddenField, IntegerField, PasswordField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from app.accounts.enums import Role, UnitKind
from app.accounts.passwords import LONGEST
from app.core.forms import BaseForm, OneOf, PersonField, SomeOf, VersionedForm, date_field, line_field


def _secret(label: str, missing: str, hint: str = "") -> PasswordField:
    checks = [DataRequired(missing), Length(max=LONGEST, message=f"密码最多 {LONGEST} 位")]
    return PasswordField(label, checks, description=hint)


class SignInForm(BaseForm):
    login = line_field("账号", 60, required="写上管理员分配的账号")
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


class ConfirmForm(BaseForm):
    sealed = HiddenField()
    code = line_field("手机上现在的 6 位数字", 40, required="写上手机上现在的 6 位数字")


class BeginSecondStepForm(BaseForm):
    password = _secret("密码", "写上密码")


class SecondStepForm(BeginSecondStepForm):
    """What somebody does who has a second step: with both."""

    code = line_field("验证码", 40, required="写上手机上现在的 6 位数字，或者一个恢复码")
    deed = OneOf("要办的事", [DataRequired("选一件")], choices=[("codes", ""), ("move", ""), ("end", "")])


class PersonForm(VersionedForm):
    name = line_field("姓名", 40, required="写上姓名")
    post = line_field("职务", 60)
    phone = line_field("电话", 30)
    unit = OneOf("单位", [DataRequired("选一个单位")])


class UnitForm(VersionedForm):
    name = line_field("名称", 60, required="写上单位名称")
    kind = OneOf("类别", choices=UnitKind.choices())
    parent = OneOf("上级单位", [Optional()])
    position = IntegerField(
        "排序", [Optional(), NumberRange(0, 9999, "排序写 0 到 9999 之间的整数")], default=0
    )


class UserForm(BaseForm):
    person = PersonField("人员", [DataRequired("选一个人")])
    login = line_field("账号", 40, required="写上账号，例如 shenruolan", hint="英文字母、数字、横线")
    roles = SomeOf("角色", choices=Role.choices())


class RolesForm(VersionedForm):
    roles = SomeOf("角色", choices=Role.choices())


class MembershipForm(BaseForm):
    team = OneOf("驻点组", [DataRequired("选一个驻点组")])
    starts_on = date_field("从哪天起", required="写上从哪天起，例如 2026-11-23")
    ends_on = date_field("到哪天止", hint="还在组里就空着")
    is_head = BooleanField("组长")


class LeavingForm(VersionedForm):
    ends_on = date_field("最后一天", required="写上最后一天，例如 2026-11-23")


class ArchiveForm(VersionedForm):
    reason = line_field("原因", 200, required="写上原因")
    successor = OneOf("由谁接手", [Optional()])


class ArchivePersonForm(ArchiveForm):
    successor = PersonField("由谁接手", [Optional()])
