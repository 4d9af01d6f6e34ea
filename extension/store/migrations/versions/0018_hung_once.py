"""A note or file is of one step alone"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal", sa.Column("hung_id", sa.String(length=20), nullable=True))
    op.create_index("ix_journal_hung", "journal", ["installation_id", "hung_id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_journal_hung", "journal")
    op.drop_column("journal", "hung_id")
