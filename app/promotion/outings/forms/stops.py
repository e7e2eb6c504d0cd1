"""The form of a line of the schedule."""

from wtforms import HiddenField

from app.core.values.labels import label_of
from app.core.web.forms import VersionedForm, date_field, line_field, text_field
from app.promotion.outings.models import OutingStop
from app.register.enterprises.rules import NAME_LENGTH


class StopForm(VersionedForm):
    """A company or something else at a time."""

    stop_on = date_field(label_of(OutingStop.stop_on), required="选哪天")
    starts_at = line_field(label_of(OutingStop.starts_at), 8, hint="例如：9:30，没有定就空着")
    enterprise = line_field(label_of(OutingStop.enterprise_id), NAME_LENGTH)
    enterprise_id = HiddenField()
    what = line_field(label_of(OutingStop.what), 200, hint="不到企业的写这里，例如：考察产业园、座谈会")
    place = line_field(label_of(OutingStop.place), 200, hint="详细地址，出发前能导航")
    receiver = line_field(label_of(OutingStop.receiver), 120, hint="姓名和职务")
    ask = text_field(label_of(OutingStop.ask), 3000, hint="印在会前要点上", rows=6)
    missed = line_field(label_of(OutingStop.missed), 200, hint="去了没有见到、对方改期，写原因；谈成了就空着")
