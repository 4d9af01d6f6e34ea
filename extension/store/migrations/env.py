"""Alembic's entry: migrate over the connection that `database.migrate` hands in."""

from alembic import context

from extension.store import batches as _batches  # noqa: F401
from extension.store import conversions as _conversions  # noqa: F401
from extension.store import events as _events  # noqa: F401
from extension.store import inbox as _inbox  # noqa: F401
from extension.store import watching as _watching  # noqa: F401
from extension.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
