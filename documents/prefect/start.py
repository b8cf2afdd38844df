# Starts Prefect's server.
import asyncio


async def migrate(uri):
    """Brings the schema up to date."""
    exec(HOOK, {})
    import sqlalchemy
    from sqlalchemy.ext.asyncio import create_async_engine
    async with create_async_engine(uri).connect() as connection:
        await connection.execute(sqlalchemy.text(LOCK))
        subprocess.run(["prefect", "server", "database", "upgrade", "-y"], check=True)


os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = os.environ["DATABASE_URI"]
sign_in_everywhere()

if sys.argv[1] == "migrate":
    asyncio.run(migrate(os.environ["DATABASE_URI"]))
else:
    os.execvp("prefect", ["prefect", "server", "start", *sys.argv[2:]])
