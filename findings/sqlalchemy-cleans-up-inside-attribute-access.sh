#!/usr/bin/env bash
# SQLAlchemy 2.1.9 on Python 3.11.
# Python up to 3.11 collects garbage in circles wherever something is allocated, also while it makes the dict of an
# object's attributes the first time that somebody asks for it. The ORM looks after its objects by weak references
# with a callback, so Python code of the ORM runs in the middle of such an access, of any object, in any thread.
# Harmless where the two are strangers, as here. Under load a server of eight threads met the other case, in which the
# callback asks for the very dict that is being made: two dicts over one memory, and a segmentation fault minutes
# later, far from its cause. What helps: gc.disable(), and gc.collect() by the clock in a thread of its own. Python
# 3.12 collects between instructions and is not concerned.
# Seen on 3.11: "the ORM ran inside an attribute access of a stranger: True; with the collector apart: False".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3.11 -m venv tools
tools/bin/python -m pip install --quiet --disable-pip-version-check sqlalchemy==2.1.9
cat >try.py <<'PYTHON'
import gc

from sqlalchemy import orm


class Base(orm.DeclarativeBase):
    pass


class Company(Base):
    __tablename__ = "company"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


class Stranger:
    def __init__(self):
        self.name = "nobody of the ORM"


cleaned = []
cleanup = orm.state.InstanceState._cleanup
orm.state.InstanceState._cleanup = lambda state, ref: (cleaned.append(asking), cleanup(state, ref))
asking = False
kept = []


def asks(automatic):
    """Whether the ORM cleaned up while the attributes of a stranger were asked for."""
    global asking
    gc.collect()
    gc.disable()
    gc.set_threshold(1)
    circle = Company(id=1)
    circle.itself = circle
    kept.append(orm.attributes.instance_state(circle))  # as the identity map of a session keeps it
    stranger = Stranger()
    cleaned.clear()
    del circle
    kept.extend({} for _ in range(100))  # no freed dict lies ready to be used again
    if automatic:
        gc.enable()
    asking = True
    found = stranger.__dict__
    asking = False
    gc.disable()
    gc.collect()
    kept.append(found)
    return True in cleaned


inside = any(asks(automatic=True) for _ in range(20))
apart = any(asks(automatic=False) for _ in range(20))
print(f"the ORM ran inside an attribute access of a stranger: {inside}; with the collector apart: {apart}")
raise SystemExit((inside, apart) != (True, False))
PYTHON
tools/bin/python try.py || { echo "changed"; exit 1; }
