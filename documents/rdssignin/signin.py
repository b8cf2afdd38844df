# Signs in to a database whose password is read at each connection, because RDS changes it.
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

# Tasks that start at once are kept apart by a lock, which ends with its connection.
LOCK = "select pg_advisory_lock(20180605)"


def sign_in_everywhere():
    """Every Python process begins with this module: the server's workers too."""
    folder = "/tmp/site"
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/sitecustomize.py", "w") as file:
        file.write(HOOK)
    os.environ["PYTHONPATH"] = folder


