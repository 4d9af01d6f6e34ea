"""Of each channel it is known when it was last heard of"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("channels", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "heard_at")
    op.drop_column("channels", "opened_at")
