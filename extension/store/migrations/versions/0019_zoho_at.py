"""When a step was sent, by Zoho's clock"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal", sa.Column("zoho_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("journal", "zoho_at")
