"""What is known of an org's CRM can be doubted"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("metadata", sa.Column("doubted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "strange",
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "what"),
        sa.ForeignKeyConstraint(["installation_id"], ["installations.id"], ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("strange")
    op.drop_column("metadata", "doubted_at")
