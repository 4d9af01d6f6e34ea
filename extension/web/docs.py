"""The OpenAPI document as a page, for who writes against the API."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template

from ..hooks import HEADER

docs = Blueprint("docs", __name__, url_prefix="/api/v1", template_folder="templates")

METHODS = ("get", "post", "put", "patch", "delete")
PROOFS = {"session": "a bearer token", "hook_secret": f"the secret in the header {HEADER}"}
"""What an operation needs, by the first way of proving it."""


@docs.get("/docs")
def page() -> Response:
    document = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    response = make_response(
        render_template("docs.html", document=document, operations=list(_operations(document)))
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    return response


def _operations(document: dict[str, Any]) -> Any:
    """Method, path and description of everything that can be asked, in the document's order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                yield {
                    "method": method.upper(),
                    "path": path,
                    "said": " ".join(
                        filter(None, (operation.get("summary"), operation.get("description")))
                    ),
                    "parameters": [*item.get("parameters", []), *operation.get("parameters", [])],
                    "body": _schema(operation.get("requestBody", {})),
                    "body_said": operation.get("requestBody", {}).get("description", ""),
                    "body_types": list(operation.get("requestBody", {}).get("content", {})),
                    "answers": [
                        {
                            "status": status,
                            "said": answer.get("description", ""),
                            "schema": _schema(answer),
                        }
                        for status, answer in operation.get("responses", {}).items()
                        if "$ref" not in answer
                    ],
                    "proof": [
                        PROOFS[way] for one in operation.get("security", [])[:1] for way in one
                    ],
                }


def _schema(holder: dict[str, Any]) -> str:
    """The name of the schema that a body or an answer has, or ""."""
    content = holder.get("content", {}).get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
