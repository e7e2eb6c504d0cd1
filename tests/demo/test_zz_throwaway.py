import pytest
from sqlalchemy import text
from app.core import audit
from app.core.db import db
from app.leads.projection import Drift,batches,compare
def test_pg(postgres_server, postgres_template, tmp_path):
    from tests.services import databases
    from app.factory import create_app
    with databases.postgres_copy(postgres_server, postgres_template) as url:
        app=create_app(databases.testing_config(tmp_path,url))
        import time; t=time.time(); c=time.process_time()
        r=app.test_cli_runner().invoke(args=["demo","load"])
        print(r.output[-300:], time.time()-t, time.process_time()-c)
        assert r.exit_code==0, r.exception
        with app.app_context():
            assert audit.verify().broken_at is None
            d=Drift()
            for b in batches(): compare(d,b)
            assert d.is_clean and d.checked==300
            db.session.rollback(); db.engine.dispose()
