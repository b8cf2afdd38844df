# Stands in for SQLAlchemy: what is done with the database is written to the file LOG.
import os
from types import SimpleNamespace

from . import event


def log(line):
    with open(os.environ["LOG"], "a") as file:
        file.write(line + "\n")


class Connection:
    def __enter__(self):
        return self

    def __exit__(self, *problem):
        log("disconnect")

    def execute(self, statement):
        log(statement)


class Engine:
    def __init__(self, uri):
        self.uri = uri

    def connect(self):
        parameters = {"host": "db"}
        event.listeners["do_connect"](SimpleNamespace(name=self.uri.split("+")[0]), None, [], parameters)
        log("connect " + str(parameters))
        return Connection()


def create_engine(uri):
    return Engine(uri)


def text(statement):
    return statement


def inspect(engine):
    return SimpleNamespace(get_table_names=lambda: os.environ.get("TABLES", "").split())
