"""Words of events."""

from app.core.values.enums import LabelledEnum


class GatheringKind(LabelledEnum):
    """What sort of event it is."""

    PROMOTION = "promotion", "推介会"
    FAIR = "fair", "展会"
    WEEK = "week", "招商周"
    SIGNING = "signing", "项目签约仪式"
    FORUM = "forum", "座谈会"


class GuestReply(LabelledEnum):
    """What a guest answered."""

    NONE = "none", "未答复"
    COMES = "comes", "来"
    SENDS = "sends", "委派他人"
    DECLINES = "declines", "不来"


class GuestSource(LabelledEnum):
    """How a guest came onto the list."""

    INVITED = "invited", "邀请"
    WALK_IN = "walk_in", "现场"


class SigningKind(LabelledEnum):
    """How much what was signed binds: never summed up together."""

    CONTRACT = "contract", "正式协议"
    INTENT = "intent", "意向"


class GatheringFigure(LabelledEnum):
    """The numbers of an event, in the order of its page."""

    GUESTS = "guests", "客商"
    CAME = "came", "签到的客商"
    COMPANIES = "companies", "签到的企业"
    FOLLOWED_30 = "followed_30", "其中 30 天内跟进的"
    FOLLOWED_90 = "followed_90", "其中 90 天内跟进的"
