"""Objects to canonical SQL: what SHOW CREATE prints, and what may be run again.

The reverse of ddl/: parsing what is printed here gives the same object (tested for all of them).
"""

from __future__ import annotations

from collections.abc import Mapping

from hookwire_catalog.names import quote_identifier, quote_literal
from hookwire_catalog.objects import (
    CheckClause,
    HeaderFilter,
    Secret,
    Validation,
    View,
    WebhookSource,
)
from hookwire_catalog.validation import check_sql


def create_source_sql(
    source: WebhookSource, secrets: Mapping[int, Secret]
) -> str:
    """CREATE SOURCE ... on one line a clause. An external id that was made up is left out.

    `secrets` gives the names of those that its validation uses, by id; never a value.
    """
    head = f"CREATE SOURCE {source.name}"
    if source.cluster is not None:
        head += f" IN CLUSTER {quote_identifier(source.cluster)}"
    lines = [f"{head} FROM WEBHOOK BODY FORMAT {source.body_format.value}"]
    if source.include_headers is not None:
        lines.append("INCLUDE HEADERS" + _filters(source.include_headers))
    for header in source.mapped_headers:
        as_bytes = " BYTES" if header.as_bytes else ""
        column = quote_identifier(header.column)
        lines.append(f"INCLUDE HEADER {quote_literal(header.header)} AS {column}{as_bytes}")
    for attribute in source.attributes:
        renamed = attribute.column != attribute.attribute.default_column
        name = f" AS {quote_identifier(attribute.column)}" if renamed else ""
        lines.append(f"INCLUDE {attribute.attribute.value}{name}")
    if source.validation is not None:
        lines.append(validation_sql(source.validation, secrets))
    options = _options(source)
    if options:
        lines.append(f"WITH ({', '.join(options)})")
    return "\n    ".join(lines)


def validation_sql(validation: Validation, secrets: Mapping[int, Secret]) -> str:
    """CHECK ( ... ), VALIDATE USING ( ... ) or VALIDATE recipe ( ... )."""
    if isinstance(validation, CheckClause):
        return check_sql(validation, secrets)
    given = [f"SECRET {secrets[id_].name}" for id_ in validation.secrets]
    given += [f"{quote_identifier(n)} => {quote_literal(v)}" for n, v in validation.options]
    return f"VALIDATE {quote_recipe(validation.recipe)} ({', '.join(given)})"


def quote_recipe(recipe: str) -> str:
    """A recipe is known by its name in upper case, however it is written."""
    return recipe if quote_identifier(recipe.lower()) == recipe.lower() else f'"{recipe}"'


def _filters(filters: tuple[HeaderFilter, ...]) -> str:
    if not filters:
        return ""
    shown = (f"{'NOT ' if f.block else ''}{quote_literal(f.name)}" for f in filters)
    return f" ({', '.join(shown)})"


def _options(source: WebhookSource) -> list[str]:
    options = source.options
    shown: list[tuple[str, str | None]] = [
        ("max_body_bytes", _number(options.max_body_bytes)),
        ("max_requests_per_second", _number(options.max_requests_per_second)),
        ("burst", _number(options.burst)),
        ("max_rows_per_request", _number(options.max_rows_per_request)),
        ("allow_ips", _list(options.allow_ips)),
        ("block_ips", _list(options.block_ips)),
        ("on_reject", _text(options.on_reject)),
        ("external_id", quote_literal(source.external_id) if source.external_id_given else None),
        ("response_body", _text(options.response_body)),
        ("response_status", _number(options.response_status)),
    ]
    return [f"{name} = {value}" for name, value in shown if value is not None]


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _text(value: str | None) -> str | None:
    return None if value is None else quote_literal(value)


def _list(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else quote_literal(", ".join(values))


def create_view_sql(view: View) -> str:
    """CREATE [MATERIALIZED] VIEW with its columns' names, so that it stays the same whatever the
    query reads."""
    columns = ", ".join(quote_identifier(column.name) for column in view.columns)
    what = "MATERIALIZED VIEW" if view.materialized else "VIEW"
    data = "" if view.populated else " WITH NO DATA"
    return f"CREATE {what} {view.name} ({columns}) AS {view.query}{data}"
