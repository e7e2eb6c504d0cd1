"""The forms of an outing and of its minutes."""

from wtforms.validators import DataRequired, InputRequired, Optional

from app.core.values.labels import label_of
from app.core.web.forms import (
    PeopleField,
    PersonField,
    Radios,
    VersionedForm,
    count_field,
    date_field,
    line_field,
    text_field,
)
from app.promotion.outings.enums import OutingDirection
from app.promotion.outings.models import Outing, OutingMember

_NOBODY = [("", "请选择")]


class OutingForm(VersionedForm):
    """An outing, new or changed."""

    name = line_field(
        label_of(Outing.name), 120, required="写一个名称，例如：县长带队赴苏州、宁波拜访储能企业"
    )
    direction = Radios(
        label_of(Outing.direction),
        [InputRequired("选带队外出还是来访批次")],
        choices=OutingDirection.choices(),
    )
    first_on = date_field(label_of(Outing.first_on), required="选第一天")
    last_on = date_field(label_of(Outing.last_on), required="选最后一天")
    leader = PersonField(label_of(Outing.leader_id), [DataRequired("选领导")], choices=_NOBODY)
    leader_post = line_field(label_of(Outing.leader_post), 60, hint="当时的职务，例如：县委副书记、县长")
    companions = PeopleField(label_of(OutingMember.person_id), [Optional()])
    owner = PersonField(label_of(Outing.owner_id), [DataRequired("选负责人")], choices=_NOBODY)
    place = line_field(label_of(Outing.place), 200, hint="外出写城市，来访写考察点，用顿号隔开")
    letter = line_field(label_of(Outing.letter), 60, hint="只有来访填，例如：青招函〔2026〕12 号")
    heads = count_field(label_of(Outing.heads), 1000)
    notes = text_field(label_of(Outing.notes), 2000, hint="为什么去、随行的外单位人员，没有就空着")


class MinutesForm(VersionedForm):
    """The minutes of an outing."""

    minutes = text_field(
        label_of(Outing.minutes),
        8000,
        hint="几件定下来的事；每家谈了什么写在那一家的走访里，要办的事用「下一步」交给人",
        rows=12,
    )
