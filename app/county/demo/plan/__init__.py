"""The plan of the invented history: which companies, leads, visits and projects there were, act by act.

Pure: the same seed, companies and instant give the same acts. Everything is believable rather than random:
a story is told backwards from where it stands today, and every gate is met by what happened before.
"""

from app.county.demo.plan.making import make

__all__ = [
    "make",
]
