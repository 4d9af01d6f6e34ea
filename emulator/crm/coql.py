"""COQL: queries over records, always fresh, unlike search.

https://www.zoho.com/crm/developer/docs/api/v8/Get-Records-through-COQL-Query.html
"""

from typing import Any

from flask import Blueprint, request
from lark.exceptions import LarkError, UnexpectedInput, UnexpectedToken

from .. import answers
from ..answers import Json, Rejected
from ..call import Answer, endpoint
from ..caller import Call, current
from ..schema import Module
from ..world import Record
from . import coql_grammar as grammar
from . import coql_run as run
from .describe import field_json
from .reading import visible_records

bp = Blueprint("coql", __name__)

DEFAULT_LIMIT = 200
MOST_OLD, MOST = 200, 2_000
MOST_SINCE = (4, 0)
MOST_COLUMNS = 50
MOST_CRITERIA = 25
MOST_ORDERS = 10
CREDITS = ((200, 1), (1_000, 2), (MOST, 3))


def _asked() -> Any:
    body = request.get_json(silent=True, force=True)
    return body.get("select_query") if isinstance(body, dict) else None


def _cost(call: Call) -> int:
    """One credit for up to 200 rows asked for, two up to 1,000, then three."""
    text = _asked()
    try:
        limit = grammar.read(text).limit if isinstance(text, str) else None
    except LarkError:
        limit = None
    return next((credits for most, credits in CREDITS if (limit or 0) <= most), 3)


@endpoint(bp, "/coql", methods=["POST"], scopes=["ZohoCRM.coql.READ"], cost=_cost, heavy=True)
def query() -> Answer:
    """The rows that the caller sees, converted leads among them, ordered by id by default."""
    call = current()
    body = call.json_object()
    meta = _include_meta(body)
    asked = _parse(body)
    module = _module(call, asked)
    columns = [run.column(call, module, name) for name in asked.columns]
    test = run.condition(call, module, asked.condition)
    rows = [record for record in visible_records(call, module, "both") if test(record)]
    _order(call, module, asked, rows)
    limit, offset = _limits(call, asked)
    kept = rows[offset : offset + limit]
    if not kept:
        return None
    info = {"count": len(kept), "more_records": len(rows) > offset + limit}
    fields = {"fields": _meta(call, columns)} if meta else {}
    return {"data": [_row(record, columns) for record in kept], **fields, "info": info}


def _row(record: Record, columns: list[run.Column]) -> Json:
    return {**{one.name: one.of(record) for one in columns}, "id": record["id"]}


def _meta(call: Call, columns: list[run.Column]) -> Json:
    call.need("ZohoCRM.settings.fields.READ")
    return {
        one.name: field_json(call.world, call.user, one.module, one.field)
        for one in columns
        if one.field is not None
    }


def _include_meta(body: Json) -> bool:
    given, key = body.get("include_meta"), "include_meta"
    if given is None:
        return False
    if not isinstance(given, list):
        raise answers.invalid_data(key, f"$.{key}", expected_data_type="jsonarray")
    for index, name in enumerate(given):
        if name != "fields":
            raise answers.invalid_data(key, f"$.{key}[{index}]", supported_values=["fields"])
    return bool(given)


def _parse(body: Json) -> grammar.Query:
    """The query of the body, read and within the limits."""
    if "select_query" not in body:
        raise Rejected(
            "MANDATORY_NOT_FOUND", "mandatory key not found", {"api_name": "select_query"}
        )
    text = body["select_query"]
    if not isinstance(text, str):
        raise answers.invalid_data("select_query", "$.select_query", expected_data_type="text")
    try:
        asked = grammar.read(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from None
    except grammar.TooDeep:
        raise Rejected("SYNTAX_ERROR", "given coql query not supported") from None
    _within_limits(asked)
    return asked


def _syntax_error(text: str, error: UnexpectedInput) -> Rejected:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if ended and " where " not in f" {' '.join(text.lower().split())} ":
        return Rejected("SYNTAX_ERROR", "missing clause", {"clause": "where"})
    near = str(error.token) if isinstance(error, UnexpectedToken) else ""
    near = near or text[error.pos_in_stream or 0 :][:20] or text[-20:]
    details = {"line": max(error.line, 1), "column": max(error.column, 1), "near": near}
    return Rejected("SYNTAX_ERROR", "unexpected token", details)


def _within_limits(asked: grammar.Query) -> None:
    for name in asked.columns:
        if asked.columns.count(name) > 1:
            raise Rejected("DUPLICATE_DATA", "duplicate select column", {"column_name": name})
    ordered = [name for name, _ in asked.order]
    for name in ordered:
        if ordered.count(name) > 1:
            raise Rejected("DUPLICATE_DATA", "duplicate order by column", {"column_name": name})
    sizes = (
        ("select", len(asked.columns), MOST_COLUMNS),
        ("where", len(grammar.criteria_of(asked.condition)), MOST_CRITERIA),
        ("order by", len(ordered), MOST_ORDERS),
    )
    for clause, size, most in sizes:
        if size > most:
            details = {"clause": clause, "limit": most}
            raise Rejected("LIMIT_EXCEEDED", "limit exceeded", details)


def _limits(call: Call, asked: grammar.Query) -> tuple[int, int]:
    most = MOST if call.version >= MOST_SINCE else MOST_OLD
    limit = DEFAULT_LIMIT if asked.limit is None else asked.limit
    if limit < 1:
        raise Rejected("INVALID_DATA", "limit should be greater than 0")
    if limit > most:
        details = {"clause": "limit", "limit": most}
        raise Rejected("LIMIT_EXCEEDED", "limit exceeded", details)
    return limit, asked.offset or 0


def _module(call: Call, asked: grammar.Query) -> Module:
    """The module of the query, for which the token needs a scope of its own."""
    module = call.world.module(asked.module)
    supported = module is not None and module.status == "visible" and module.api_supported
    if module is None or not supported or module.api_name != asked.module:
        raise Rejected("INVALID_MODULE", "the given module is not supported in api")
    names = [module.api_name.lower(), *(["custom"] if module.custom else [])]
    call.need("|".join(f"ZohoCRM.modules.{name}.READ" for name in names))
    call.permit(f"Crm_Implied_View_{module.api_name}")
    return module


def _order(call: Call, module: Module, asked: grammar.Query, rows: list[Record]) -> None:
    """Stable sorts from the last column to the first; by id before them all."""
    rows.sort(key=lambda record: int(record["id"]))
    for name, direction in reversed(asked.order):
        one = run.column(call, module, name, "order by")
        rows.sort(key=one.sortable, reverse=direction == "desc")
