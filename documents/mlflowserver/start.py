# Starts MLflow.


def migrate(uri):
    """Brings the schema up to date."""
    exec(HOOK, {})
    import sqlalchemy
    engine = sqlalchemy.create_engine(uri)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(LOCK))
        if not sqlalchemy.inspect(engine).get_table_names():
            from mlflow.store.db.utils import _initialize_tables
            _initialize_tables(engine)
        subprocess.run(["mlflow", "db", "upgrade", uri], check=True)


uri = os.environ["DATABASE_URI"]
sign_in_everywhere()

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
