from .. import Engine, log


class Connection:
    def __init__(self, engine):
        self.engine = engine

    async def __aenter__(self):
        self.connection = self.engine.connect()
        return self

    async def __aexit__(self, *problem):
        self.connection.__exit__(*problem)

    async def execute(self, statement):
        log(statement)


class AsyncEngine:
    def __init__(self, uri):
        self.engine = Engine(uri)

    def connect(self):
        return Connection(self.engine)


def create_async_engine(uri):
    return AsyncEngine(uri)
