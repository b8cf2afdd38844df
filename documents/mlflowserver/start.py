# Starts MLflow with a database whose password is read at each connection, because RDS changes it.
import os, subprocess, sys

HOOK = '''
import json, os
import boto3
from sqlalchemy import event
from sqlalchemy.engine import Engine

@event.listens_for(Engine, "do_connect")
def sign_in(dialect, record, arguments, parameters):
    if dialect.name == "postgresql":
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DATABASE_SECRET_ARN"])
        known = json.loads(secret["SecretString"])
        parameters["user"], parameters["password"] = known["username"], known["password"]
'''


def migrate(uri):
    """Brings the schema up to date. The lock keeps tasks that start at once apart; it ends with the connection."""
    exec(HOOK, {})
    import sqlalchemy
    engine = sqlalchemy.create_engine(uri)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("select pg_advisory_lock(20180605)"))
        if not sqlalchemy.inspect(engine).get_table_names():
            from mlflow.store.db.utils import _initialize_tables
            _initialize_tables(engine)
        subprocess.run(["mlflow", "db", "upgrade", uri], check=True)


uri = os.environ["DATABASE_URI"]
# Every Python process begins with this module: the server's workers too.
folder = "/tmp/site"
os.makedirs(folder, exist_ok=True)
with open(folder + "/sitecustomize.py", "w") as file:
    file.write(HOOK)
os.environ["PYTHONPATH"] = folder

if sys.argv[1] == "migrate":
    migrate(uri)
else:
    password = os.environ.pop("ADMIN_PASSWORD", "")
    if password:
        path = "/tmp/auth.ini"
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(os.environ["AUTH_CONFIG"].replace("<password>", password.replace("%", "%%")))
        os.environ["MLFLOW_AUTH_CONFIG_PATH"] = path
    os.environ["MLFLOW_BACKEND_STORE_URI"] = uri
    os.execvp("mlflow", ["mlflow", *sys.argv[1:]])
