"""How far a sweep has come"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("watches", sa.Column("swept_to", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("watches", "swept_to")
