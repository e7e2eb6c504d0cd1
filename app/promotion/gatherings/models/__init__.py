"""Tables of events."""

from app.promotion.gatherings.models.gatherings import Gathering
from app.promotion.gatherings.models.guests import DoorTry, Guest, Signing

__all__ = ["DoorTry", "Gathering", "Guest", "Signing"]
