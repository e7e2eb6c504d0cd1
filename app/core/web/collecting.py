"""When Python looks for garbage in circles: never inside an allocation, but in a thread that does only this.

Python 3.11 collects wherever something is allocated, also while it makes the dict of an object's attributes.
A weak reference that calls back in that moment and asks for the same dict (SQLAlchemy keeps its states so)
makes a second one over the same memory, and the process ends by a segmentation fault a while later (ADR 18).
"""

import gc
import threading

BEAT = 0.5  # seconds
ALLOCATED = 1_000  # objects since the last look below which a beat looks for nothing
WHOLE = 40  # beats between two looks at everything that lives long


def collect_apart() -> None:
    """From now on this process collects by the beat; for commands, and processes that run until they are
    stopped. Called in each process itself, since no thread comes along through a fork.
    """
    if not gc.isenabled():
        return
    gc.disable()
    threading.Thread(target=_collect, name="collecting", daemon=True).start()


def _collect() -> None:
    beats, pause = 0, threading.Event()
    while True:
        pause.wait(BEAT)
        beats += 1
        if beats % WHOLE == 0:
            gc.collect()
        elif gc.get_count()[0] > ALLOCATED:
            gc.collect(1)
