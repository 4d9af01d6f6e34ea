"""Who asked is known also once somebody else had it undone"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversions", sa.Column("asker_id", sa.Integer(), nullable=True))
    over = sa.text("open IS NULL")
    op.create_index(
        "ix_conversions_over",
        "conversions",
        ["changed_at"],
        sqlite_where=over,
        postgresql_where=over,
    )


def downgrade() -> None:
    op.drop_index("ix_conversions_over", "conversions")
    op.drop_column("conversions", "asker_id")
