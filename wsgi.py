"""The application object for gunicorn and for `flask --app wsgi`."""

import os

from app.factory import create_app
from config import Config

os.umask(0o077)  # data, scans and backups are read by the service alone
app = create_app(Config.from_env())
