"""How Alembic runs a stream of migrations; `aerostic/db/migrate.py` hands over connection, stream and metadata."""

from alembic import context

options = context.config.attributes
stream = options["stream"]


def include_name(name, kind, parents):
    """Of the database, look at this stream's tables only."""
    return kind != "table" or stream.owns(name)


def include_object(item, name, kind, reflected, compared):
    """Of the models, look at this stream's tables only."""
    return kind != "table" or stream.owns(name)


context.configure(
    connection=options["connection"],
    target_metadata=options["metadata"],
    version_table=stream.version_table,
    include_name=include_name,
    include_object=include_object,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
