"""Names the runs that carry conversions out, and puts them in line: a conversion is carried out by
one run only, or two would do at once what neither has noted."""

from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from .parts import Parts
from .planning import crowd
from .store.batches import Batch, BatchRow
from .store.conversions import Conversion

BATCH = "batch-"
"""What the names of the runs of batches begin with."""


def put(parts: Parts, db: Db, row: Conversion) -> None:
    """Have a conversion looked at once this is committed: that of a batch with its hundred."""
    db.flush()
    if row.batch_id is None:
        parts.queue.enqueue(row.public_id, str(row.installation_id), connection=db.connection())
        return
    of = (Batch.id == BatchRow.batch_id, BatchRow.conversion_id == row.id)
    batch, place = db.execute(select(Batch.public_id, BatchRow.place).where(*of)).one()
    put_chunk(parts, db, row.installation_id, batch, (place - 1) // crowd.CHUNK)


def put_chunk(parts: Parts, db: Db, installation: int, batch: str, chunk: int) -> None:
    """The same, of a hundred of a batch: in a line of their own, so that they take no place from a
    single click."""
    name = f"{BATCH}{batch}.{chunk}"
    parts.queue.enqueue(name, of_batches(installation), connection=db.connection())


def of_batches(installation: int) -> str:
    return f"{installation}-batches"
