"""The application object for gunicorn and for `flask --app wsgi`."""

import os

from psycopg import OperationalError
from sqlalchemy.exc import OperationalError as AnyOperationalError

from app.core.web.collecting import collect_apart
from app.factory import create_app
from config import Config, UnsafeConfiguration

# A command may run for long (a rebuild, a restore). The pages' workers begin each for itself, after the fork.
if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
    collect_apart()
os.umask(0o077)  # data, scans and backups are read by the service alone
try:
    app = create_app(Config.from_env())
except UnsafeConfiguration as refused:
    raise SystemExit(str(refused)) from None
except (OperationalError, AnyOperationalError) as away:
    raise SystemExit(f"连不上数据库：{away}") from None
