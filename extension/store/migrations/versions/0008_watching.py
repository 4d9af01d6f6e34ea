"""What Zoho tells us by itself"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watches",
        _installation(),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("installation_id"),
        _owner(),
    )
    op.create_index("ix_watches_due_at", "watches", ["due_at"])
    op.create_table(
        "channels",
        sa.Column("channel_id", sa.String(length=20), nullable=False),
        _installation(),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("channel_id"),
        sa.UniqueConstraint("installation_id", "module"),
        _owner(),
    )
    op.create_table(
        "touched",
        _installation(),
        sa.Column("lead_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "lead_id"),
        _owner(),
    )


def downgrade() -> None:
    for name in ("touched", "channels", "watches"):
        op.drop_table(name)


def _installation() -> sa.Column[int]:
    return sa.Column("installation_id", sa.Integer(), nullable=False)


def _owner() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["installation_id"], ["installations.id"], ondelete="CASCADE")
