"""What set-up and `make check` run; nothing here ships."""
