"""The least that a Flask endpoint can do that keeps what it is sent: one row, committed."""

import os
from functools import cache

from flask import Flask, Response, jsonify, request
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text

from extension.store.database import open_engine

app = Flask(__name__)
ROWS = Table("bare_rows", MetaData(), Column("id", Integer, primary_key=True), Column("said", Text))


@cache
def engine() -> Engine:
    # At first use: by then gunicorn has forked.
    return open_engine(os.environ["DATABASE_URL"])


@app.get("/healthz")
def alive() -> Response:
    return jsonify({"state": "alive"})


@app.post("/bare")
def bare() -> tuple[Response, int]:
    with engine().begin() as db:
        row = db.execute(ROWS.insert().values(said=request.get_data(as_text=True)))
        made = row.inserted_primary_key
    return jsonify({"id": made[0] if made else None}), 202
