"""Clouds, and the generic recipes for whoever is not named."""

from __future__ import annotations

from hookwire_engine.append.recipes.handshakes import SNS_HOSTS
from hookwire_engine.append.recipes.recipe import (
    ALLOWED_ORIGIN,
    MEBIBYTE,
    PARAMETER,
    TOLERANCE,
    Greeting,
    Option,
    Recipe,
)
from hookwire_engine.append.recipes.schemes import (
    ItemToken,
    Signature,
    SignedByCertificate,
    Timestamp,
    Token,
    Unit,
)

MICROSOFT_GRAPH = Recipe(
    name="MICROSOFT_GRAPH",
    title="Microsoft Graph",
    schemes=(ItemToken(items="value", field="clientState"),),
    roles=("the subscription's clientState",),
    setup=(
        "Create the subscription with `notificationUrl`: the source's URL, and `clientState`: the"
        " value of the secret. Graph tries the URL at once and gets its token back.",
    ),
    greetings=(Greeting.VALIDATION_TOKEN,),
    max_body_bytes=MEBIBYTE,
    notes=("Graph does not sign: `clientState` of every notification is compared.",),
)

EVENT_GRID = Recipe(
    name="EVENT_GRID",
    title="Azure Event Grid",
    schemes=(Token(parameter="code"),),
    roles=("a key in the endpoint's URL",),
    setup=(
        "Event Grid topic > Event Subscriptions > Add. Endpoint type: Web Hook.",
        "Endpoint: the source's URL with `?code=` and the value of the secret.",
    ),
    options=(
        Option("parameter", "The parameter of the query that holds the key.", "code"),
        Option(
            "allowed_origin",
            "Whose CloudEvents handshake (OPTIONS) is answered; `*` for any.",
            "eventgrid.azure.net",
        ),
    ),
    greetings=(Greeting.GRID_VALIDATION, Greeting.CLOUDEVENTS_OPTIONS),
    allowed_origin="eventgrid.azure.net",
    max_body_bytes=MEBIBYTE,
    body_format="JSON ARRAY",
    deduplicate_by="body->>'id'",
    notes=(
        "Event Grid does not sign. The validation event is answered without the key: that proves"
        " nothing to anybody but Event Grid, and events still need it.",
        "With the CloudEvents schema, use BODY FORMAT CLOUDEVENTS.",
    ),
)

SNS = Recipe(
    name="SNS",
    title="Amazon SNS",
    schemes=(
        SignedByCertificate(
            hosts=SNS_HOSTS,
            paths=r"/[A-Za-z0-9._-]+\.pem",
            header="Signature",
            url_header="SigningCertURL",
            algorithm_header="SignatureVersion",
            algorithms=(("1", "sha1"), ("2", "sha256")),
            timestamp=Timestamp(path=("Timestamp",), unit=Unit.ISO),
        ),
    ),
    roles=("a certificate of SNS in PEM, instead of fetching it",),
    secrets_required=0,
    setup=(
        "SNS > Topics > topic > Create subscription. Protocol: HTTPS. Endpoint: the source's URL.",
        "Leave raw message delivery off: raw messages are not signed.",
        "Confirm the subscription: SNS posts a `SubscribeURL` to call.",
    ),
    options=(
        Option(
            "topic",
            "The ARN of the topic. Without it, anybody's topic is accepted: all are signed by"
            " the same certificates.",
            "arn:aws:sns:us-east-1:123456789012:orders",
        ),
        TOLERANCE,
    ),
    greetings=(Greeting.SNS_CONFIRMATION,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'MessageId'",
    notes=(
        "SNS signs with a certificate that the message names. It is taken from a secret that holds"
        " it in PEM; fetching it, and confirming a subscription, need the server's leave to call"
        " SNS.",
    ),
)

BASIC_AUTH = Recipe(
    name="BASIC_AUTH",
    title="Basic authentication",
    schemes=(Token("authorization", scheme="Basic", credentials=True),),
    roles=("`user:password`, or its base64",),
    setup=("Give the sender the source's URL, and the user and password.",),
    notes=(
        "For Postmark, Chargebee, RudderStack, Grafana, SendGrid Inbound Parse and others that"
        " offer no signature. The body is not proved, only who sends it.",
    ),
)

BEARER = Recipe(
    name="BEARER",
    title="Bearer token",
    schemes=(Token("authorization", scheme="Bearer"),),
    roles=("the token",),
    setup=("Give the sender the source's URL and the token.",),
    options=(PARAMETER, ALLOWED_ORIGIN),
    greetings=(Greeting.CLOUDEVENTS_OPTIONS,),
    notes=(
        "CloudEvents senders use this scheme. With `allowed_origin`, their handshake is answered.",
    ),
)

API_KEY = Recipe(
    name="API_KEY",
    title="API key",
    schemes=(Token("x-api-key"),),
    roles=("the key",),
    setup=("Give the sender the source's URL, the name of the header and the key.",),
    options=(
        Option("header", "The header that holds the key; X-Api-Key if left out.", "X-Token"),
        PARAMETER,
        ALLOWED_ORIGIN,
    ),
    greetings=(Greeting.CLOUDEVENTS_OPTIONS,),
    notes=("Amazon EventBridge API destinations send such a header.",),
)

HMAC = Recipe(
    name="HMAC",
    title="HMAC of the body",
    schemes=(Signature("", any_case=True),),
    roles=("the key",),
    setup=("Give the sender the source's URL and the key.",),
    options=(
        Option("header", "The header that holds the signature.", "X-Signature", required=True),
        Option("algorithm", "sha1, sha256, sha384 or sha512; sha256 if left out.", "sha512"),
        Option("encoding", "hex, base64 or base64url; hex if left out.", "base64"),
        Option("prefix", "What stands before the signature.", "sha256="),
        Option("key", "How the secret is written: text, hex or base64; text if left out.", "hex"),
        Option(
            "content",
            "What is signed, if not the body alone; {body}, {url}, {method}, and headers and"
            " fields by name.",
            "{t}.{body}",
        ),
        Option("field", "The signature's name in a header such as `t=1,v1=5e`.", "v1"),
        Option("timestamp", "The header or the field with the time, in seconds.", "t"),
        TOLERANCE,
        Option("url", "The URL as the sender has it, if {url} is signed.", "https://example.com/"),
    ),
    notes=(
        "`content`, `field` and `timestamp` describe schemes such as Convoy's:"
        " `header => 'X-Convoy-Signature', field => 'v1', timestamp => 't', content =>"
        " '{t},{body}'`.",
    ),
)

RECIPES = (MICROSOFT_GRAPH, EVENT_GRID, SNS)
GENERIC = (BASIC_AUTH, BEARER, API_KEY, HMAC)
