"""The blueprint that all pages of steps share."""

from flask import Blueprint
from werkzeug.wrappers import Response

bp = Blueprint("steps", __name__)
Answer = str | Response | tuple[str, int]
