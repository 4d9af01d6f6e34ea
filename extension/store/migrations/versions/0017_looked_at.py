"""An undo that waits looks again for what somebody has changed"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversions", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    # NULL says that the person insists. What is being taken back just now is looked at once more.
    op.execute(
        "UPDATE conversions SET looked_at = created_at WHERE id IN"
        " (SELECT conversion_id FROM journal WHERE undoing)"
    )


def downgrade() -> None:
    op.drop_column("conversions", "looked_at")
