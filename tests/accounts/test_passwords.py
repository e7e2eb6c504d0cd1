"""What a password costs the process that looks at it."""

import subprocess
import sys

from config import ROOT

SIGNED_IN = """
import threading
from app.register.accounts.passwords import hashed

def resident():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))

before = resident()
for _ in range(2):
    threads = [threading.Thread(target=hashed, args=("qinglan-yanshi",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(resident() - before)
"""


def test_a_process_gives_back_the_memory_that_signing_in_took() -> None:
    done = subprocess.run([sys.executable, "-c", SIGNED_IN], cwd=ROOT, capture_output=True, check=True)
    assert int(done.stdout) < 19, "MB: a thread keeps the block of a hash"
