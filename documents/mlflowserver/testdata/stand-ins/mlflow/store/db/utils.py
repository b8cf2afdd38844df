import sqlalchemy


def _initialize_tables(engine):
    sqlalchemy.log("initialize")
