"""Forms of events."""

from app.promotion.gatherings.forms.door import CheckInForm, ReplyForm
from app.promotion.gatherings.forms.gatherings import GatheringForm, GuestForm, GuestListForm, SigningForm

__all__ = ["CheckInForm", "GatheringForm", "GuestForm", "GuestListForm", "ReplyForm", "SigningForm"]
