"""How gunicorn runs us: threads, since a request mostly waits for Zoho."""

import os

bind = f"{os.environ.get('BIND_HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 16
# Longer than the slowest answer of Zoho that we wait for, and the retry after a dead token.
timeout = 60
graceful_timeout = 30
keepalive = 5
# Each worker opens its own database and network connections.
preload_app = False
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
