"""The form of a saved search."""

from wtforms import BooleanField

from app.core.values.labels import label_of
from app.core.web.forms import BaseForm, line_field
from app.core.work.regular import OFTEN_MINUTES
from app.finding.saved_searches.models import SavedSearch
from app.finding.saved_searches.rules import NAME


class SavedForm(BaseForm):
    """What it is called, and whether its owner is told."""

    name = line_field(label_of(SavedSearch.name), NAME, required="写一个名称，例如：宁波在谈的锂电项目")
    is_watched = BooleanField(
        label_of(SavedSearch.is_watched),
        description=f"每 {OFTEN_MINUTES} 分钟看一次，有新的就在工作台和「我的查询」里告诉您，只告诉您一个人",
    )
