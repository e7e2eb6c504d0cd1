"""How gunicorn serves the product; any option on its command line wins over this file."""

import gc
import os
import resource
from pathlib import Path
from typing import Any

from app.core.index.searching import readings_of
from app.core.storage.postgres import ANSWER_SECONDS, answer_within
from app.core.storage.schema import require_current
from app.core.web import measuring
from app.core.web.assets import all_assets
from app.core.web.collecting import collect_apart
from app.core.web.serving import make_pages
from app.county.demo.guard import require_no_demo

# A worker's connections, and a file for what is long of each.
_OPEN_FILES = 4096
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if _soft < _OPEN_FILES <= _hard:
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _hard))

wsgi_app = "wsgi:app"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "app.core.web.worker.PageWorker"
workers = 2
threads = 8
# Code and dictionaries are loaded once and shared by the workers.
preload_app = True
# bin/run.py tells in Chinese what starts and stops; here only what goes wrong.
loglevel = "warning"
timeout = 60
graceful_timeout = 10
max_requests = 20_000
max_requests_jitter = 2_000
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# It would be made in the home folder, which a service need not have.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """No worker ever serves a database that is older or newer than the program, or open to everybody."""
    application = server.app.wsgi()
    require_current(application)
    require_no_demo(application)
    all_assets()  # made once here, shared by the workers
    make_pages(application)
    readings_of("招商")  # the dictionaries of sounds, else loaded by each worker for itself
    measuring.forget(Path(application.config["INSTANCE_PATH"]))
    gc.collect()
    gc.freeze()  # what the workers share is looked at no more, so that it stays shared


def post_fork(server: Any, _worker: Any) -> None:
    """A database connection opened while loading belongs to the parent and must not be shared; pages wait for
    no database for long.
    """
    application = server.app.wsgi()
    with application.app_context():
        for engine in application.extensions["sqlalchemy"].engines.values():
            engine.dispose(close=False)
    answer_within(ANSWER_SECONDS)
    collect_apart()
