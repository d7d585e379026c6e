"""Payments, shops and what talks to customers."""

from __future__ import annotations

from hookwire_engine.append.recipes.recipe import (
    MEBIBYTE,
    TOLERANCE,
    URL,
    Greeting,
    Option,
    Recipe,
)
from hookwire_engine.append.recipes.schemes import (
    ItemSignature,
    Key,
    Layout,
    Method,
    Signature,
    SignedByCertificate,
    Timestamp,
    Unit,
    UrlForms,
)
from hookwire_engine.append.recipes.values import Response

STRIPE = Recipe(
    name="STRIPE",
    title="Stripe",
    schemes=(
        # The key is the whole `whsec_...`, not what its base64 says.
        Signature(
            "stripe-signature",
            content="{t}.{body}",
            layout=Layout.FIELDS,
            field="v1",
            timestamp=Timestamp(field="t", tolerance=300, past_only=True),
        ),
    ),
    roles=("the endpoint's signing secret, `whsec_...`",),
    setup=(
        "Workbench > Webhooks > Add destination > Webhook endpoint.",
        "Endpoint URL: the source's URL.",
        "Signing secret (Reveal): make it the secret's value, `whsec_` included.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'id'",
    notes=(
        "When a secret is rolled, Stripe signs with both for up to 24 hours; one match is enough.",
    ),
)

SHOPIFY = Recipe(
    name="SHOPIFY",
    title="Shopify",
    schemes=(Signature("x-shopify-hmac-sha256", encoding="base64"),),
    roles=("the app's client secret, or the key that the admin shows below its webhooks",),
    setup=(
        "Admin: Settings > Notifications > Webhooks > Create webhook; format JSON. An app"
        " subscribes by its configuration or the API instead.",
        "URL: the source's URL.",
    ),
    max_body_bytes=4 * MEBIBYTE,
    deduplicate_by="headers['x-shopify-webhook-id']",
    notes=("An answer after 5 seconds counts as a failure; 8 in a row end the subscription.",),
)

SQUARE = Recipe(
    name="SQUARE",
    title="Square",
    schemes=(Signature("x-square-hmacsha256-signature", content="{url}{body}", encoding="base64"),),
    roles=("the subscription's signature key",),
    setup=(
        "Developer Console > application > Webhooks > Subscriptions > Add subscription.",
        "URL: the source's URL. Signature key: make it the secret's value.",
    ),
    options=(URL,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'event_id'",
)

PAYPAL = Recipe(
    name="PAYPAL",
    title="PayPal",
    schemes=(
        SignedByCertificate(
            hosts=r"api(?:-m)?(?:\.sandbox)?\.paypal\.com",
            paths=r"/v1/notifications/certs/[A-Za-z0-9._-]+",
            content="{paypal-transmission-id}|{paypal-transmission-time}|{secret}|{crc32}",
            header="paypal-transmission-sig",
            url_header="paypal-cert-url",
            algorithm_header="paypal-auth-algo",
            algorithms=(("SHA256withRSA", "sha256"),),
            timestamp=Timestamp("paypal-transmission-time", unit=Unit.ISO),
        ),
    ),
    roles=("the webhook's id (a secret with a certificate in PEM may stand beside it)",),
    setup=(
        "Developer Dashboard > Apps & Credentials > application > Add Webhook.",
        "Webhook URL: the source's URL. Webhook ID: make it the secret's value.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'id'",
    notes=(
        "PayPal signs with a certificate that the request names. It is taken from a secret that"
        " holds it in PEM; fetching it needs the server's leave to call PayPal.",
    ),
)

ADYEN = Recipe(
    name="ADYEN",
    title="Adyen",
    schemes=(
        Signature("hmacsignature", encoding="base64", key=Key.HEX),
        # Colons and backslashes in the fields are not escaped.
        ItemSignature(
            items="notificationItems",
            item="NotificationRequestItem",
            field="additionalData.hmacSignature",
            fields=(
                "pspReference",
                "originalReference",
                "merchantAccountCode",
                "merchantReference",
                "amount.value",
                "amount.currency",
                "eventCode",
                "success",
            ),
        ),
    ),
    roles=("the HMAC key, in hexadecimal as Adyen shows it",),
    setup=(
        "Customer Area > Developers > Webhooks > Create new webhook.",
        "URL: the source's URL. Method: JSON.",
        "HMAC Key > Generate: make it the secret's value.",
    ),
    max_body_bytes=MEBIBYTE,
    success=Response(200, b"[accepted]", (("content-type", "text/plain"),)),
    deduplicate_by="(body #>> '{notificationItems,0,NotificationRequestItem,pspReference}')"
    " || '/' || (body #>> '{notificationItems,0,NotificationRequestItem,eventCode}')",
    notes=(
        "A standard notification signs eight fields of each item; the rest of it is not proved.",
        "Banking and management webhooks sign the whole body, in the header `HmacSignature`.",
    ),
)

PADDLE = Recipe(
    name="PADDLE",
    title="Paddle",
    schemes=(
        Signature(
            "paddle-signature",
            content="{ts}:{body}",
            layout=Layout.FIELDS,
            field="h1",
            separator=";",
            timestamp=Timestamp(field="ts", tolerance=5, past_only=True),
        ),
    ),
    roles=("the notification destination's secret key",),
    setup=(
        "Developer tools > Notifications > New destination > Webhook.",
        "URL: the source's URL. Secret key: make it the secret's value.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'event_id'",
    notes=("5 seconds are what Paddle's libraries allow; a slow way may need more.",),
)

WOOCOMMERCE = Recipe(
    name="WOOCOMMERCE",
    title="WooCommerce",
    schemes=(Signature("x-wc-webhook-signature", encoding="base64"),),
    roles=("the webhook's secret",),
    setup=(
        "WooCommerce > Settings > Advanced > Webhooks > Add webhook.",
        "Delivery URL: the source's URL. Secret: the value of the secret.",
    ),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="headers['x-wc-webhook-delivery-id']",
)

SEGMENT = Recipe(
    name="SEGMENT",
    title="Segment",
    schemes=(Signature("x-signature", content="{first_element}", algorithm="sha1"),),
    roles=("the destination's shared secret",),
    setup=(
        "Connections > Destinations > Webhooks (Actions).",
        "URL: the source's URL. Shared secret: the value of the secret.",
    ),
    max_body_bytes=4 * MEBIBYTE,
    body_format="JSON ARRAY",
    deduplicate_by="body->>'messageId'",
    notes=(
        "Of a batch, Segment signs the first event only; the others are not proved. Set the batch"
        " size to 1 where that matters.",
    ),
)

HUBSPOT = Recipe(
    name="HUBSPOT",
    title="HubSpot",
    schemes=(
        Signature(
            "x-hubspot-signature-v3",
            content="{method}{url}{body}{x-hubspot-request-timestamp}",
            encoding="base64",
            urls=UrlForms.DECODED,
            timestamp=Timestamp(
                "x-hubspot-request-timestamp",
                unit=Unit.MILLISECONDS,
                tolerance=300,
                past_only=True,
            ),
            version="v3",
        ),
        Signature(
            "x-hubspot-signature",
            content="{secret}{method}{url}{body}",
            method=Method.HASH,
            urls=UrlForms.DECODED,
            version="v2",
        ),
        Signature(
            "x-hubspot-signature",
            content="{secret}{body}",
            method=Method.HASH,
            version="v1",
        ),
    ),
    roles=("the app's client secret",),
    setup=(
        "Developer account > Apps > app > Webhooks. Target URL: the source's URL.",
        "Auth > Client secret: make it the secret's value.",
    ),
    options=(
        Option("version", "Accepts this version of the signature only: v1, v2 or v3.", "v3"),
        TOLERANCE,
        URL,
    ),
    max_body_bytes=MEBIBYTE,
    body_format="JSON ARRAY",
    deduplicate_by="(body->>'subscriptionId') || '/' || (body->>'eventId')",
    notes=(
        "Versions 1 and 2 have no time in them: an old request can be sent again. Where HubSpot"
        " sends v3 too, write `version => 'v3'`.",
    ),
)

INTERCOM = Recipe(
    name="INTERCOM",
    title="Intercom",
    schemes=(Signature("x-hub-signature", algorithm="sha1", prefix="sha1="),),
    roles=("the app's client secret",),
    setup=(
        "Developer Hub > app > Webhooks. Endpoint URL: the source's URL.",
        "Basic information > Client secret: make it the secret's value.",
    ),
    greetings=(Greeting.HEAD,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="body->>'id'",
)

ZENDESK = Recipe(
    name="ZENDESK",
    title="Zendesk",
    schemes=(
        # The secret looks like base64 and is used as it stands.
        Signature(
            "x-zendesk-webhook-signature",
            content="{x-zendesk-webhook-signature-timestamp}{body}",
            encoding="base64",
            timestamp=Timestamp("x-zendesk-webhook-signature-timestamp", unit=Unit.ISO),
        ),
    ),
    setup=(
        "Admin Center > Apps and integrations > Webhooks > Create webhook.",
        "Endpoint URL: the source's URL. Request method: POST; format: JSON.",
        "Reveal secret: make it the secret's value.",
    ),
    options=(TOLERANCE,),
    max_body_bytes=MEBIBYTE,
    deduplicate_by="headers['x-zendesk-webhook-invocation-id']",
)

RECIPES = (
    STRIPE, SEGMENT, SHOPIFY, INTERCOM, ZENDESK, HUBSPOT, SQUARE, PAYPAL, ADYEN, PADDLE,
    WOOCOMMERCE,
)  # fmt: skip
