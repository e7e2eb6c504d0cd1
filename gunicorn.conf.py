"""How gunicorn serves the product; any option on its command line wins over this file."""

import os
from typing import Any

from app.core.assets import all_assets
from app.core.schema import require_current
from app.core.serving import speak_chinese
from app.demo.guard import require_no_demo

wsgi_app = "wsgi:app"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = 2
threads = 8
# Code and dictionaries are loaded once and shared by the workers.
preload_app = True
# The most it can take. Without a limit a line would be kept in memory whole; longer ones than the product
# reads get its own page from core/web, longer ones than this the same page from core/serving.
limit_request_line = 8190
# bin/run.py tells in Chinese what starts and stops; here only what goes wrong.
loglevel = "warning"
timeout = 60
graceful_timeout = 10
# Longer than the pause between two clicks, so that a page's files come over one connection.
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# It would be made in the home folder, which a service need not have.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """No worker ever serves a database that is older or newer than the program, or open to everybody."""
    application = server.app.wsgi()
    require_current(application)
    require_no_demo(application)
    all_assets()  # made once here, shared by the workers
    speak_chinese(application)


def post_fork(server: Any, worker: Any) -> None:
    """A database connection opened while loading belongs to the parent and must not be shared."""
    application = server.app.wsgi()
    with application.app_context():
        for engine in application.extensions["sqlalchemy"].engines.values():
            engine.dispose(close=False)
