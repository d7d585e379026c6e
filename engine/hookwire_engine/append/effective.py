"""A source's limits and answer as they work: what its options say, else its recipe, else the
system-wide settings."""

from __future__ import annotations

from dataclasses import dataclass

from hookwire_catalog.objects import RecipeClause, WebhookSource
from hookwire_engine.append.recipes import registry
from hookwire_engine.append.recipes.recipe import SUCCESS, Recipe
from hookwire_engine.append.recipes.values import Response
from hookwire_engine.append.system import IntakeDefaults

PLAIN_TEXT = ("content-type", "text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Effective:
    """`rate` is requests a second and burst, None without a limit; an empty `allow_ips` is all.
    `success` is the answer to a stored request."""

    max_body_bytes: int
    max_rows: int
    rate: tuple[float, float] | None
    allow_ips: tuple[str, ...]
    block_ips: tuple[str, ...]
    on_reject: str
    success: Response


def effective(source: WebhookSource, defaults: IntakeDefaults) -> Effective:
    """An empty list of the source's own is no list, whatever the system-wide one."""
    options, recipe = source.options, _recipe(source)
    allow, block = options.allow_ips, options.block_ips
    # A provider's documented maximum raises the default and never lowers it.
    largest = max(defaults.max_body_bytes, 0 if recipe is None else recipe.max_body_bytes)
    return Effective(
        max_body_bytes=_chosen(options.max_body_bytes, largest),
        max_rows=_chosen(options.max_rows_per_request, defaults.max_rows_per_request),
        rate=_rate(options.max_requests_per_second, _chosen(options.burst, defaults.burst)),
        allow_ips=defaults.allow_ips if allow is None else allow,
        block_ips=defaults.block_ips if block is None else block,
        on_reject=options.on_reject or defaults.on_reject,
        success=_success(source, SUCCESS if recipe is None else recipe.success, defaults),
    )


def _recipe(source: WebhookSource) -> Recipe | None:
    clause = source.validation
    return registry.BY_NAME.get(clause.recipe) if isinstance(clause, RecipeClause) else None


def _chosen(option: int | None, default: int) -> int:
    return default if option is None else option


def _rate(per_second: int | None, burst: int) -> tuple[float, float] | None:
    return None if per_second is None else (float(per_second), float(burst or per_second))


def _success(source: WebhookSource, provider: Response, defaults: IntakeDefaults) -> Response:
    options = source.options
    if options.response_status is None and options.response_body is None and provider != SUCCESS:
        return provider
    status = _chosen(options.response_status, defaults.response_status)
    text = defaults.response_body if options.response_body is None else options.response_body
    body = b"" if status in (204, 205) else text.encode()  # RFC 9110 15.3.5 and 15.3.6
    return Response(status, body, (PLAIN_TEXT,) if body else ())
