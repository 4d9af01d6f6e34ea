"""No id of an installation or a grant is given twice, on SQLite"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_again(autoincrement=True)


def downgrade() -> None:
    _make_again(autoincrement=False)


def _make_again(autoincrement: bool) -> None:
    """SQLite can only say it when a table is made; PostgreSQL's sequences never go back."""
    if op.get_bind().dialect.name != "sqlite":
        return
    if op.get_bind().scalar(sa.text("PRAGMA foreign_keys")):
        raise RuntimeError("Dropping a table would delete every row that refers to it.")
    for table in ("installations", "grants"):
        with op.batch_alter_table(
            table, recreate="always", table_kwargs={"sqlite_autoincrement": autoincrement}
        ):
            pass
