"""Chats, calls, mail and social networks."""

from __future__ import annotations

from hookwire_engine.append.recipes.recipe import (
    MEBIBYTE,
    TOLERANCE,
    URL,
    Greeting,
    Recipe,
)
from hookwire_engine.append.recipes.schemes import (
    FieldsSignature,
    Key,
    Method,
    Signature,
    Timestamp,
    UrlForms,
)
from hookwire_engine.append.recipes.values import Response

SLACK = Recipe(
    name="SLACK",
    title="Slack",
    schemes=(
        Signature(
            "x-slack-signature",
            content="v0:{x-slack-request-timestamp}:{body}",
            prefix="v0=",
            timestamp=Timestamp("x-slack-request-timestamp", tolerance=300),
        ),
    ),
    roles=("the app's signing secret",),
    setup=(
        "api.slack.com/apps > app > Basic Information > Signing Secret: make it the secret's"
        " value.",
        "Event Subscriptions > Enable Events. Request URL: the source's URL; Slack tries it at once"
        " and gets its challenge back.",
    ),
    options=(TOLERANCE,),
    greetings=(Greeting.URL_VERIFICATION,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'event_id'",
    notes=("Slash commands and interactivity send forms: use BODY FORMAT FORM for them.",),
)

DISCORD = Recipe(
    name="DISCORD",
    title="Discord",
    schemes=(
        Signature(
            "x-signature-ed25519",
            content="{x-signature-timestamp}{body}",
            method=Method.ED25519,
            key=Key.HEX,
            timestamp=Timestamp("x-signature-timestamp"),
        ),
    ),
    roles=("the application's public key, in hexadecimal",),
    setup=(
        "Developer Portal > application > General Information > Public Key: make it the secret's"
        " value.",
        "Webhooks > Endpoint URL (or Interactions Endpoint URL): the source's URL. Discord tries it"
        " with a PING, and with a wrong signature, which must get 401.",
    ),
    options=(TOLERANCE,),
    greetings=(Greeting.DISCORD_PING,),
    max_body_bytes=MEBIBYTE,
)

TWILIO = Recipe(
    name="TWILIO",
    title="Twilio",
    schemes=(
        Signature(
            "x-twilio-signature",
            content="{url}{form_or_hash}",
            algorithm="sha1",
            encoding="base64",
            urls=UrlForms.PORT,
        ),
    ),
    roles=("the account's auth token",),
    setup=(
        "Console > Account > API keys & tokens > Auth token: make it the secret's value.",
        "Phone number, messaging service or studio flow > Webhook: the source's URL, HTTP POST.",
    ),
    options=(URL,),
    body_format="FORM",
    max_body_bytes=MEBIBYTE,
    success=Response(200, b"<Response/>", (("content-type", "text/xml"),)),
    deduplicate_by="headers['i-twilio-idempotency-token']",
    notes=("The answer is an empty TwiML document: Twilio does nothing more with the call.",),
)

SENDGRID = Recipe(
    name="SENDGRID",
    title="SendGrid event webhook",
    schemes=(
        # The body ends with CRLF, which is signed too.
        Signature(
            "x-twilio-email-event-webhook-signature",
            content="{x-twilio-email-event-webhook-timestamp}{body}",
            method=Method.ECDSA,
            encoding="base64",
            timestamp=Timestamp("x-twilio-email-event-webhook-timestamp"),
        ),
    ),
    roles=("the verification key (a public key)",),
    setup=(
        "Settings > Mail Settings > Event Webhooks > Create new webhook.",
        "Post URL: the source's URL.",
        "Enable Signed Event Webhook; Verification Key: make it the secret's value.",
    ),
    options=(TOLERANCE,),
    body_format="JSON ARRAY",
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'sg_event_id'",
    notes=("Inbound Parse is not signed: use [BASIC_AUTH](basic_auth.md) for it.",),
)

MAILGUN = Recipe(
    name="MAILGUN",
    title="Mailgun",
    schemes=(
        FieldsSignature(
            content="{timestamp}{token}",
            field="signature",
            path=("signature",),
            timestamp=Timestamp(field="timestamp", tolerance=120),
        ),
    ),
    roles=("the HTTP webhook signing key",),
    setup=(
        "Send > Sending > Webhooks > Add webhook. URL: the source's URL.",
        "Account > API security > HTTP webhook signing key: make it the secret's value.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=25 * MEBIBYTE,
    deduplicate_by="body->'event-data'->>'id'",
    notes=(
        "Mailgun signs the time and a random token, not the event: whoever sees a request can send"
        " another body with its signature while the time is fresh.",
        "Routes send forms: use BODY FORMAT FORM for them.",
    ),
)

MANDRILL = Recipe(
    name="MANDRILL",
    title="Mandrill",
    schemes=(
        Signature(
            "x-mandrill-signature",
            content="{url}{form}",
            algorithm="sha1",
            encoding="base64",
        ),
    ),
    roles=("the webhook's key",),
    setup=(
        "Settings > Webhooks > Add a Webhook. Post to URL: the source's URL; Mandrill tries it with"
        " HEAD.",
        "Key: make it the secret's value.",
    ),
    options=(URL,),
    greetings=(Greeting.HEAD,),
    body_format="FORM",
    max_body_bytes=25 * MEBIBYTE,
)

ZOOM = Recipe(
    name="ZOOM",
    title="Zoom",
    schemes=(
        Signature(
            "x-zm-signature",
            content="v0:{x-zm-request-timestamp}:{body}",
            prefix="v0=",
            timestamp=Timestamp("x-zm-request-timestamp", tolerance=300),
        ),
    ),
    roles=("the app's secret token",),
    setup=(
        "App Marketplace > Manage > app > Features > Access: Secret Token is the secret's value.",
        "Event Subscription > Event notification endpoint URL: the source's URL. Validate.",
    ),
    options=(TOLERANCE,),
    greetings=(Greeting.ZOOM_VALIDATION,),
    max_body_bytes=MEBIBYTE,
    notes=("Zoom validates the URL again every 72 hours.",),
)

META = Recipe(
    name="META",
    title="Meta (Facebook, Instagram, WhatsApp)",
    schemes=(Signature("x-hub-signature-256", prefix="sha256="),),
    roles=("the app secret", "the verify token"),
    setup=(
        "App Dashboard > App settings > Basic > App secret: make it the first secret's value.",
        "Webhooks > Subscribe to this object. Callback URL: the source's URL.",
        "Verify token: a text of your own; make it the second secret's value.",
    ),
    greetings=(Greeting.HUB_CHALLENGE,),
    max_body_bytes=3 * MEBIBYTE,
    notes=(
        "With one secret only, that is the verify token too. Meta sends the verify token in the"
        " URL, where logs keep it: better have two.",
    ),
)

DROPBOX = Recipe(
    name="DROPBOX",
    title="Dropbox",
    schemes=(Signature("x-dropbox-signature"),),
    roles=("the app secret",),
    setup=(
        "App Console > app > Settings > App secret: make it the secret's value.",
        "Webhooks > Webhook URIs > Add: the source's URL.",
    ),
    greetings=(Greeting.ECHO_CHALLENGE,),
    max_body_bytes=MEBIBYTE,
)

X = Recipe(
    name="X",
    title="X (Twitter)",
    schemes=(Signature("x-twitter-webhooks-signature", encoding="base64", prefix="sha256="),),
    roles=("the app's consumer secret (API key secret)",),
    setup=(
        "Developer Portal > project > app > Keys and tokens > API key secret: make it the secret's"
        " value.",
        "Register the source's URL with the webhooks API.",
    ),
    greetings=(Greeting.CRC_TOKEN,),
    max_body_bytes=MEBIBYTE,
    notes=(
        "The challenge makes the server sign a token for whoever asks, with the key that signs"
        " bodies. So a body that could be such a token (one word) is not accepted.",
    ),
)

RECIPES = (SLACK, TWILIO, MANDRILL, SENDGRID, MAILGUN, DISCORD, ZOOM, META, DROPBOX, X)
