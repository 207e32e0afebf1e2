"""One request in the description: its parameters, its body, what it answers and by which problems it is refused."""

from __future__ import annotations

from footnote.web.schemas import Schema, ref

_ALWAYS = ("400", "401", "500", "503")


def operation(
    id: str,
    summary: str,
    answers: Schema,
    problems: str,
    *,
    body: Schema | None = None,
    body_type: str = "application/json",
    query: list[Schema] | None = None,
) -> Schema:
    """An operation; ``problems`` are the statuses of those that not every request has."""
    statuses = sorted({*_ALWAYS, *problems.split()})
    responses = answers | {status: {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}
    made: Schema = {"operationId": id, "summary": summary, "responses": responses}
    if query:
        made["parameters"] = query
    if body:
        made["requestBody"] = {"required": True, "content": {body_type: {"schema": body}}}
    return made


def answered(description: str, schema: str) -> Schema:
    """An answer in JSON, of the schema of that name."""
    return {"description": description, "content": {"application/json": {"schema": ref(schema)}}}


def parameter(name: str) -> Schema:
    """The parameter of that name, which stands in the address's path."""
    return {"$ref": f"#/components/parameters/{name}"}


def link(operation: str, **parameters: str) -> Schema:
    """What can be asked next: parameters from fields of this response's body."""
    found = {name: f"$response.body#/{field}" for name, field in parameters.items()}
    return {"operationId": operation, "parameters": found}
