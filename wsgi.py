"""What gunicorn and the flask command serve."""

from extension import create_app

app = create_app()
