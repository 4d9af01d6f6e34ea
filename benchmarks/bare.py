"""The least that a Flask endpoint can do: answer with bytes that are there already."""

import os
from pathlib import Path

from flask import Flask, Response

app = Flask(__name__)
ANSWER = Path(os.environ["BARE_ANSWER"]).read_bytes()


@app.get("/bare")
def bare() -> Response:
    return Response(ANSWER, content_type="application/json")
