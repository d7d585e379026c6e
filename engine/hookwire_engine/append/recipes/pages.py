"""The docs' page of each recipe, made from its declaration."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from hookwire_engine.append.recipes import describing
from hookwire_engine.append.recipes.binding import DEFAULT_TOLERANCE_S, bind
from hookwire_engine.append.recipes.recipe import SUCCESS, Greeting, Recipe
from hookwire_engine.append.recipes.registry import RECIPES
from hookwire_engine.append.recipes.schemes import Scheme

MADE = "<!-- Made by `make docs`; change what it is made from. -->"
GREETINGS = {
    Greeting.HEAD: "`HEAD`: 200.",
    Greeting.HUB_CHALLENGE: "`GET` with `hub.mode=subscribe`: the verify token is compared, and"
    " `hub.challenge` sent back.",
    Greeting.ECHO_CHALLENGE: "`GET` with `challenge`: sent back as text.",
    Greeting.CRC_TOKEN: "`GET` with `crc_token`: sent back signed, as `response_token`.",
    Greeting.VALIDATION_TOKEN: "`POST` with `validationToken` in the query: sent back as text.",
    Greeting.GRID_VALIDATION: "`aeg-event-type: SubscriptionValidation`: the code is sent back as"
    " `validationResponse`.",
    Greeting.CLOUDEVENTS_OPTIONS: "`OPTIONS` with `WebHook-Request-Origin`, if that is the option"
    " `allowed_origin`.",
    Greeting.NOTION_TOKEN: "`verification_token`, unsigned: 200.",
    Greeting.URL_VERIFICATION: "`url_verification`, once its signature is verified: the challenge"
    " is sent back.",
    Greeting.ZOOM_VALIDATION: "`endpoint.url_validation`, once its signature is verified: the token"
    " is sent back with its HMAC.",
    Greeting.DISCORD_PING: '`PING`, once its signature is verified: 204 for events, `{"type": 1}`'
    " for interactions.",
    Greeting.SNS_CONFIRMATION: "`SubscriptionConfirmation` and `UnsubscribeConfirmation`, once"
    " their signature is verified: 200.",
}


def file_name(recipe: Recipe) -> str:
    return f"{recipe.name.lower()}.md"


def pages() -> Mapping[str, str]:
    """File name -> Markdown, the index included."""
    return {"README.md": index()} | {file_name(recipe): page(recipe) for recipe in RECIPES}


def index() -> str:
    rows = []
    for recipe in RECIPES:
        names = ", ".join(f"`{name}`" for name in (recipe.name, *recipe.aliases))
        rows.append((names, f"[{recipe.title}]({file_name(recipe)})", _summary(recipe)))
    return _joined(
        "# Recipes",
        MADE,
        "`VALIDATE <recipe> (SECRET <name> [, SECRET <name> ...] [, <option> => '<value>' ...])`"
        " checks that a request comes from the provider. Any live value of any secret may match, so"
        " that a secret can be rotated. A request that fails gets 401 and is told no more."
        " [How to check a signature before going live]"
        "(../../how-to/check-a-signature-before-going-live.md).",
        _table(("recipe", "provider", "proof"), rows),
    )


def _summary(recipe: Recipe) -> str:
    kinds = dict.fromkeys(describing.proof(scheme) for scheme in recipe.schemes)
    return " or ".join(kinds)


def page(recipe: Recipe) -> str:
    blocks = [f"# {recipe.name}: {recipe.title}", MADE]
    if recipe.aliases:
        blocks.append(f"Also called {', '.join(f'`{name}`' for name in recipe.aliases)}.")
    blocks += ["## Set up", f"```postgresql\n{ddl(recipe)}\n```"]
    blocks.append(_roles(recipe) + " CREATE SOURCE says the source's URL in a notice.")
    blocks.append("\n".join(f"{n}. {step}" for n, step in enumerate(recipe.setup, 1)))
    blocks += [
        "## What is checked",
        _table(describing.HEADING, map(describing.row, recipe.schemes)),
    ]
    if recipe.options:
        rows = [
            (f"`{o.name}`", o.help + (" Required." if o.required else ""), f"`'{o.example}'`")
            for o in recipe.options
        ]
        blocks += ["## Options", _table(("option", "what", "example"), rows)]
    if recipe.greetings:
        blocks += [
            "## Handshake",
            "\n".join(f"* {GREETINGS[greeting]}" for greeting in recipe.greetings),
            "A handshake is answered and is no row.",
        ]
    blocks += ["## Defaults", "\n".join(_defaults(recipe))]
    notes = [*recipe.notes, *_once(recipe)]
    if notes:
        blocks += ["## Good to know", "\n".join(f"* {note}" for note in notes)]
    blocks += [
        "## Try a captured request",
        "One line of JSON for each request, with its exact body (`body`, or `body_b64`) and `now`,"
        " the time in seconds at which it came:",
        f"```sh\nhookwire check <<'EOF'\n{json.dumps(example(recipe))}\nEOF\n```",
        "See [how to check a signature before going live]"
        "(../../how-to/check-a-signature-before-going-live.md).",
    ]
    return _joined(*blocks)


def _once(recipe: Recipe) -> Iterator[str]:
    if recipe.deduplicate_by:
        yield (
            "An event that was sent twice is two rows. Once each:"
            f" `SELECT DISTINCT ON ({recipe.deduplicate_by}) * FROM {recipe.name.lower()}`."
        )


def _joined(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, ("---",) * len(heading), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in r) + " |" for r in lines
    )


def secret_names(recipe: Recipe) -> tuple[str, ...]:
    name = recipe.name.lower()
    if recipe.has_roles:
        return tuple(f"{name}_{role.split()[-2]}_{role.split()[-1]}" for role in recipe.roles)
    return (f"{name}_secret",)


def ddl(recipe: Recipe) -> str:
    """What to paste: the contract's statements, section 2."""
    names = secret_names(recipe) if recipe.secrets_required else ()
    lines = [f"CREATE SECRET {name} AS '...';" for name in names]
    given = [f"SECRET {name}" for name in names]
    given += [f"{o.name} => '{o.example}'" for o in recipe.options if o.required]
    if not names:
        lines.append(
            f"CREATE SECRET {secret_names(recipe)[0]} AS '-----BEGIN CERTIFICATE-----...';"
        )
        given = [f"SECRET {secret_names(recipe)[0]}", "topic => 'arn:aws:sns:...'"]
    lines.append(f"CREATE SOURCE {recipe.name.lower()} FROM WEBHOOK")
    lines.append(f"    BODY FORMAT {recipe.body_format}")
    if "headers[" in recipe.deduplicate_by:
        lines.append("    INCLUDE HEADERS")
    lines.append(f"    VALIDATE {recipe.name} ({', '.join(given)})")
    return "\n".join(lines) + ";"


def _roles(recipe: Recipe) -> str:
    if recipe.has_roles:
        return f"The secrets are, in this order, {' and '.join(recipe.roles)}."
    return f"The secret is {recipe.roles[0]}."


def example(recipe: Recipe) -> dict[str, object]:
    """A line for `hookwire check`, with dots where a captured request has its own."""
    options = {o.name: o.example for o in recipe.options if o.required}
    names = secret_names(recipe) if recipe.secrets_required else ()
    validation = bind(recipe, options, len(names))
    first = recipe.schemes[0]
    texts = sorted(_headers(first) & validation.reads) if not options else [*options.values()][:1]
    return {
        "id": "1",
        "recipe": recipe.name,
        "options": options,
        "secrets": dict.fromkeys(names, "..."),
        "method": "POST",
        "url": f"https://hooks.example.com/api/webhook/hookwire/public/{recipe.name.lower()}",
        "headers": dict.fromkeys(texts, "..."),
        "body": "...",
        "now": 1760000000,
    }


def _headers(scheme: Scheme) -> set[str]:
    from_places = {getattr(scheme, "header", ""), getattr(scheme, "url_header", "")}
    timestamp = getattr(scheme, "timestamp", None)
    if timestamp is not None:
        from_places.add(timestamp.header)
    return from_places


def _defaults(recipe: Recipe) -> Iterator[str]:
    yield f"* `max_body_bytes`: {recipe.max_body_bytes}"
    if recipe.success != SUCCESS:
        body = recipe.success.body.decode()
        kind = dict(recipe.success.headers)["content-type"]
        yield f"* the answer: {recipe.success.status}, `{kind}`, `{body}`"
    if any(option.name == "timestamp" for option in recipe.options):
        yield f"* `tolerance`: {DEFAULT_TOLERANCE_S} seconds, with the option `timestamp`"
