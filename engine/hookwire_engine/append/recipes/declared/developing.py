"""Code hosts, builds, alerts, and whoever follows Standard Webhooks."""

from __future__ import annotations

from hookwire_engine.append.recipes.recipe import (
    MEBIBYTE,
    TOLERANCE,
    Greeting,
    Recipe,
)
from hookwire_engine.append.recipes.schemes import (
    Key,
    Layout,
    Method,
    Signature,
    Timestamp,
    Token,
    Unit,
)

GITHUB = Recipe(
    name="GITHUB",
    title="GitHub",
    schemes=(
        Signature("x-hub-signature-256", prefix="sha256="),
        # Older GitHub Enterprise Servers send this one alone.
        Signature("x-hub-signature", algorithm="sha1", prefix="sha1="),
    ),
    roles=("the webhook's secret",),
    setup=(
        "Repository or organization: Settings > Webhooks > Add webhook.",
        "Payload URL: the source's URL. Content type: `application/json`.",
        "Secret: the value of the secret.",
    ),
    max_body_bytes=25 * MEBIBYTE,
    deduplicate_by="headers['x-github-delivery']",
    notes=(
        "A `ping` event comes first; it is a row like any other.",
        "GitHub does not retry by itself. A redelivery has the same `X-GitHub-Delivery`.",
    ),
)

GITLAB = Recipe(
    name="GITLAB",
    title="GitLab",
    schemes=(
        Token("x-gitlab-token"),
        Signature(
            "webhook-signature",
            content="{webhook-id}.{webhook-timestamp}.{body}",
            encoding="base64",
            layout=Layout.VERSIONS,
            field="v1",
            key=Key.WHSEC,
            timestamp=Timestamp("webhook-timestamp", tolerance=300),
        ),
    ),
    roles=("the secret token, or the signing token",),
    setup=(
        "Project or group: Settings > Webhooks > Add new webhook.",
        "URL: the source's URL.",
        "Secret token: the value of the secret. Where GitLab offers a signing token, take that and"
        " make it the secret's value: it signs the body, a secret token does not.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=25 * MEBIBYTE,
    deduplicate_by="headers['idempotency-key']",
    notes=("GitLab turns a webhook off after failures: for a while after 4, for good after 40.",),
)

GITEA = Recipe(
    name="GITEA",
    title="Gitea and Forgejo",
    schemes=(Signature("x-gitea-signature"), Signature("x-forgejo-signature")),
    roles=("the webhook's secret",),
    setup=(
        "Repository: Settings > Webhooks > Add webhook.",
        "Target URL: the source's URL. POST content type: `application/json`.",
        "Secret: the value of the secret.",
    ),
    max_body_bytes=25 * MEBIBYTE,
    deduplicate_by="headers['x-gitea-delivery']",
)

BITBUCKET = Recipe(
    name="BITBUCKET",
    title="Bitbucket",
    schemes=(Signature("x-hub-signature", prefix="sha256="),),
    roles=("the webhook's secret",),
    setup=(
        "Repository settings > Webhooks > Add webhook (Cloud), or Create webhook (Data Center).",
        "URL: the source's URL. Secret: the value of the secret.",
    ),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="headers['x-request-uuid']",
)

BUILDKITE = Recipe(
    name="BUILDKITE",
    title="Buildkite",
    schemes=(
        Signature(
            "x-buildkite-signature",
            content="{timestamp}.{body}",
            layout=Layout.FIELDS,
            field="signature",
            timestamp=Timestamp(field="timestamp", tolerance=300),
        ),
        Token("x-buildkite-token"),
    ),
    roles=("the notification service's token",),
    setup=(
        "Organization settings > Notification Services > Add Webhook.",
        "Webhook URL: the source's URL.",
        "Token: its value is the secret's. Choose to send it as an HMAC signature, not as plain"
        " text.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    notes=("A `ping` event comes first; it is a row like any other.",),
)

VERCEL = Recipe(
    name="VERCEL",
    title="Vercel",
    schemes=(Signature("x-vercel-signature", algorithm="sha1"),),
    roles=("the webhook's secret, or the integration's client secret",),
    setup=(
        "Team settings > Webhooks > Create Webhook.",
        "Endpoint: the source's URL. Vercel shows the secret once: make it the secret's value.",
    ),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'id'",
)

LINEAR = Recipe(
    name="LINEAR",
    title="Linear",
    schemes=(
        Signature(
            "linear-signature",
            timestamp=Timestamp(
                "linear-timestamp",
                path=("webhookTimestamp",),
                unit=Unit.MILLISECONDS,
                tolerance=60,
            ),
        ),
    ),
    setup=(
        "Settings > API > Webhooks > New webhook.",
        "URL: the source's URL. Linear shows the signing secret: make it the secret's value.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="headers['linear-delivery']",
)

PAGERDUTY = Recipe(
    name="PAGERDUTY",
    title="PagerDuty",
    schemes=(Signature("x-pagerduty-signature", prefix="v1=", layout=Layout.LIST),),
    setup=(
        "Integrations > Generic Webhooks (v3) > New Webhook.",
        "Webhook URL: the source's URL.",
        "PagerDuty shows the signing secret once: make it the secret's value.",
    ),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->'event'->>'id'",
    notes=("While a secret is being rotated, PagerDuty sends a signature of each.",),
)

NOTION = Recipe(
    name="NOTION",
    title="Notion",
    schemes=(Signature("x-notion-signature", prefix="sha256="),),
    roles=("the verification token",),
    setup=(
        "Create the source without VALIDATE first.",
        "Integration > Webhooks > Create a subscription. Webhook URL: the source's URL.",
        "Notion posts the verification token: `SELECT body->>'verification_token'` from the source"
        " shows it. Paste it in Notion, make it the secret's value, and set VALIDATE.",
    ),
    greetings=(Greeting.NOTION_TOKEN,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'id'",
)

WORKOS = Recipe(
    name="WORKOS",
    title="WorkOS",
    schemes=(
        Signature(
            "workos-signature",
            content="{t}.{body}",
            layout=Layout.FIELDS,
            field="v1",
            timestamp=Timestamp(field="t", unit=Unit.MILLISECONDS, tolerance=180, past_only=True),
        ),
    ),
    setup=(
        "Dashboard > Webhooks > Create Webhook. Endpoint URL: the source's URL.",
        "Signing secret: make it the secret's value.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'id'",
)


def _standard(family: str, version: str) -> Signature:
    """`v1` is an HMAC, `v1a` an Ed25519 signature; other versions are passed over."""
    symmetric = version == "v1"
    return Signature(
        f"{family}-signature",
        content=f"{{{family}-id}}.{{{family}-timestamp}}.{{body}}",
        method=Method.HMAC if symmetric else Method.ED25519,
        encoding="base64",
        layout=Layout.VERSIONS,
        field=version,
        key=Key.WHSEC if symmetric else Key.WHPK,
        timestamp=Timestamp(f"{family}-timestamp", tolerance=300),
    )


STANDARD_WEBHOOKS = Recipe(
    name="STANDARD_WEBHOOKS",
    title="Standard Webhooks",
    aliases=("SVIX", "CLERK", "RESEND", "OPENAI"),
    schemes=tuple(
        _standard(family, version) for family in ("webhook", "svix") for version in ("v1", "v1a")
    ),
    roles=("the endpoint's signing secret, `whsec_...`, or its public key, `whpk_...`",),
    setup=(
        "Svix, Clerk, Resend: Webhooks > Endpoints > Add Endpoint, with the source's URL.",
        "OpenAI: Settings > Webhooks > Create, with the source's URL.",
        "Signing secret: make it the secret's value, `whsec_` included.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="coalesce(headers['webhook-id'], headers['svix-id'])",
    notes=(
        "Headers may be `webhook-*` or `svix-*`.",
        "While a secret is being rotated, the sender signs with both; one match is enough.",
    ),
)

RECIPES = (
    GITHUB, GITLAB, BUILDKITE, STANDARD_WEBHOOKS, PAGERDUTY, LINEAR, NOTION, GITEA, BITBUCKET,
    WORKOS, VERCEL,
)  # fmt: skip
