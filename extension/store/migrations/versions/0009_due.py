"""What came through the other door is put in line by a worker"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    # Put in line once more, which is harmless, rather than never.
    op.execute("UPDATE deliveries SET due_at = received_at WHERE state = 'accepted'")
    op.drop_index("ix_deliveries_received_at", "deliveries")
    waiting = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_due", "deliveries")
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])
    op.drop_column("deliveries", "due_at")
