"""Requests as providers send them, signed here by the plain rule of each provider's page.

`GENUINE` has one for every recipe. What they have in common: the secret SECRET, sent at NOW.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from hookwire_engine.append.recipes.values import Request

NOW = 1_760_000_000
SECRET = b"whsec_" + base64.b64encode(b"secret of this endpoint!")
URL = "https://hooks.example.com/api/webhook/hookwire/public/s?tenant=7"
BODY = b'{"id": "evt_1", "amount": 12.50, "name": "J\xc3\xbcrgen"}\r\n'
FORM = "application/x-www-form-urlencoded"
TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"


@dataclass(frozen=True)
class Genuine:
    """`signature` and `timestamp` name the headers that hold them, if headers do."""

    request: Request
    secret: bytes = SECRET
    options: Mapping[str, str] = field(default_factory=dict)
    signature: str = ""
    timestamp: str = ""
    certificate: bytes | None = None
    body_is_proved: bool = True


def _mac(content: bytes, algorithm: str = "sha256", key: bytes = SECRET) -> bytes:
    return hmac.new(key, content, algorithm).digest()


def _hex(content: bytes, algorithm: str = "sha256", key: bytes = SECRET) -> str:
    return _mac(content, algorithm, key).hex()


def _b64(content: bytes, algorithm: str = "sha256", key: bytes = SECRET) -> str:
    return base64.b64encode(_mac(content, algorithm, key)).decode()


def post(headers: Mapping[str, str], body: bytes = BODY, url: str = URL) -> Request:
    pairs = {"Content-Type": "application/json", **headers}
    return Request("POST", url, tuple(pairs.items()), body)


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.public_key(rsa_key().public_key())
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=9000))
    made = builder.sign(rsa_key(), hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def rsa_signature(content: bytes, algorithm: hashes.HashAlgorithm) -> str:
    return base64.b64encode(rsa_key().sign(content, padding.PKCS1v15(), algorithm)).decode()


def sns_message(kind: str, version: str = "2", **more: str) -> Request:
    message = {
        "Type": kind,
        "MessageId": "m-1",
        "TopicArn": TOPIC,
        "Message": "hello",
        "Timestamp": "2025-10-09T08:53:20.000Z",
        "SignatureVersion": version,
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem",
        **more,
    }
    signed = {"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn"}
    names = sorted(message.keys() & (signed | {"Type"}))
    content = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    message["Signature"] = rsa_signature(content, algorithm)
    return post({"Content-Type": "text/plain; charset=UTF-8"}, json.dumps(message).encode())


@dataclass(frozen=True)
class Sender:
    """Signs at `now`, in seconds since 1970, for what is known as `url`."""

    now: int = NOW
    url: str = URL

    def _post(self, headers: Mapping[str, str], body: bytes = BODY) -> Request:
        return post(headers, body, self.url)

    def _iso(self) -> str:
        return datetime.fromtimestamp(self.now, UTC).isoformat().replace("+00:00", "Z")

    def _in_header(self, header: str, value: str, **others: str) -> Genuine:
        request = self._post({header: value} | {n.replace("_", "-"): v for n, v in others.items()})
        timestamps = [n for n in others if n.lower().endswith("timestamp")]
        name = timestamps[0].replace("_", "-") if timestamps else ""
        return Genuine(request, signature=header, timestamp=name)

    def _versioned(self, family: str) -> Genuine:
        content = b"msg_1." + str(self.now).encode() + b"." + BODY
        value = "v1," + _b64(content, key=base64.b64decode(SECRET[6:]))
        headers = {f"{family}-id": "msg_1", f"{family}-timestamp": str(self.now)}
        request = self._post({**headers, f"{family}-signature": f"v1a,AAAA v2,x {value}"})
        return Genuine(request, signature=f"{family}-signature", timestamp=f"{family}-timestamp")

    def _form(self, sign: Callable[[bytes], str], header: str) -> Genuine:
        body = b"Body=Hi+there&From=%2B14158675309&SmsSid=SM1&Empty="
        content = self.url.encode() + b"BodyHi thereEmptyFrom+14158675309SmsSidSM1"
        return Genuine(
            self._post({"Content-Type": FORM, header: sign(content)}, body), signature=header
        )

    def _hubspot(self) -> Genuine:
        sent = str(self.now * 1000)
        signature = _b64(b"POST" + self.url.encode() + BODY + sent.encode())
        headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": sent}
        return Genuine(
            self._post(headers),
            signature="X-HubSpot-Signature-v3",
            timestamp="X-HubSpot-Request-Timestamp",
        )

    def _linear(self) -> Genuine:
        body = b'{"action":"create","webhookTimestamp":%d}' % (self.now * 1000)
        return Genuine(
            self._post({"Linear-Signature": _hex(body)}, body), signature="Linear-Signature"
        )

    def _zendesk(self) -> Genuine:
        sent = self._iso()
        name = "X-Zendesk-Webhook-Signature"
        headers = {name: _b64(sent.encode() + BODY), f"{name}-Timestamp": sent}
        return Genuine(self._post(headers), signature=name, timestamp=f"{name}-Timestamp")

    def _mailgun(self) -> Genuine:
        signed = {"timestamp": str(self.now), "token": "a" * 50}
        signed["signature"] = _hex(str(self.now).encode() + b"a" * 50)
        body = json.dumps({"signature": signed, "event-data": {"id": "e1"}}).encode()
        return Genuine(self._post({}, body), body_is_proved=False)

    def _adyen(self) -> Genuine:
        key = bytes.fromhex("44782def547aaa06c910c43932b1eb0c")
        content = ":".join(("P1", "", "Shop", "order:1\\", "1130", "EUR", "AUTHORISATION", "true"))
        item = {
            "pspReference": "P1",
            "merchantAccountCode": "Shop",
            "merchantReference": "order:1\\",
            "amount": {"value": 1130, "currency": "EUR"},
            "eventCode": "AUTHORISATION",
            "success": "true",
            "additionalData": {"hmacSignature": _b64(content.encode(), key=key)},
        }
        body = json.dumps({"notificationItems": [{"NotificationRequestItem": item}]}).encode()
        return Genuine(self._post({}, body), key.hex().upper().encode(), body_is_proved=False)

    def _graph(self) -> Genuine:
        items = [{"id": str(n), "clientState": SECRET.decode()} for n in range(2)]
        return Genuine(self._post({}, json.dumps({"value": items}).encode()), body_is_proved=False)

    def _discord(self) -> Genuine:
        key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        public = key.public_key().public_bytes_raw().hex().encode()
        name = "X-Signature-Ed25519"
        signature = key.sign(str(self.now).encode() + BODY).hex()
        request = self._post({name: signature, "X-Signature-Timestamp": str(self.now)})
        return Genuine(request, public, signature=name, timestamp="X-Signature-Timestamp")

    def _sendgrid(self) -> Genuine:
        key = ec.derive_private_key(0x5EED, ec.SECP256R1())
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        signature = key.sign(str(self.now).encode() + BODY, ec.ECDSA(hashes.SHA256()))
        name = "X-Twilio-Email-Event-Webhook"
        headers = {f"{name}-Signature": base64.b64encode(signature).decode()}
        request = self._post({**headers, f"{name}-Timestamp": str(self.now)})
        return Genuine(
            request,
            base64.b64encode(public),
            signature=f"{name}-Signature",
            timestamp=f"{name}-Timestamp",
        )

    def _paypal(self) -> Genuine:
        sent = self._iso()
        content = f"id-1|{sent}|{SECRET.decode()}|{zlib.crc32(BODY)}".encode()
        headers = {
            "PAYPAL-TRANSMISSION-ID": "id-1",
            "PAYPAL-TRANSMISSION-TIME": sent,
            "PAYPAL-AUTH-ALGO": "SHA256withRSA",
            "PAYPAL-CERT-URL": "https://api.paypal.com/v1/notifications/certs/CERT-1",
            "PAYPAL-TRANSMISSION-SIG": rsa_signature(content, hashes.SHA256()),
        }
        return Genuine(
            self._post(headers),
            signature="PAYPAL-TRANSMISSION-SIG",
            timestamp="PAYPAL-TRANSMISSION-TIME",
            certificate=certificate(),
        )

    def _sns(self) -> Genuine:
        message = sns_message("Notification", Timestamp=self._iso())
        return Genuine(
            replace(message, url=self.url), b"", certificate=certificate(), body_is_proved=False
        )

    def _event_grid(self) -> Genuine:
        request = replace(self._post({}), url=f"{self.url}&code={SECRET.decode()}")
        return Genuine(request, body_is_proved=False)

    def _token(self, header: str, value: str) -> Genuine:
        return replace(self._in_header(header, value), body_is_proved=False)

    def genuine(self) -> dict[str, Genuine]:
        sent = str(self.now).encode()
        slack = "v0=" + _hex(b"v0:" + sent + b":" + BODY)
        stripe = _hex(sent + b"." + BODY)
        basic = base64.b64encode(SECRET + b":x").decode()
        workos = _hex(f"{self.now}000.".encode() + BODY)
        return {
            "GITHUB": self._in_header("X-Hub-Signature-256", "sha256=" + _hex(BODY)),
            "GITLAB": self._token("X-Gitlab-Token", SECRET.decode()),
            "GITEA": self._in_header("X-Gitea-Signature", _hex(BODY)),
            "BITBUCKET": self._in_header("X-Hub-Signature", "sha256=" + _hex(BODY)),
            "BUILDKITE": self._in_header(
                "X-Buildkite-Signature", f"timestamp={self.now},signature={stripe}"
            ),
            "VERCEL": self._in_header("x-vercel-signature", _hex(BODY, "sha1")),
            "LINEAR": self._linear(),
            "PAGERDUTY": self._in_header("X-PagerDuty-Signature", f"v1={'0' * 64},v1={_hex(BODY)}"),
            "NOTION": self._in_header("X-Notion-Signature", "sha256=" + _hex(BODY)),
            "WORKOS": self._in_header("WorkOS-Signature", f"t={self.now}000, v1={workos}"),
            "STANDARD_WEBHOOKS": self._versioned("webhook"),
            "STRIPE": self._in_header(
                "Stripe-Signature", f"t={self.now},v1={'0' * 64},v1={stripe},v0=x"
            ),
            "SHOPIFY": self._in_header("X-Shopify-Hmac-SHA256", _b64(BODY)),
            "SQUARE": self._in_header(
                "x-square-hmacsha256-signature", _b64(self.url.encode() + BODY)
            ),
            "PAYPAL": self._paypal(),
            "ADYEN": self._adyen(),
            "PADDLE": self._in_header(
                "Paddle-Signature", f"ts={self.now};h1={_hex(sent + b':' + BODY)}"
            ),
            "WOOCOMMERCE": self._in_header("X-WC-Webhook-Signature", _b64(BODY)),
            "SEGMENT": self._in_header("X-Signature", _hex(BODY, "sha1")),
            "HUBSPOT": self._hubspot(),
            "INTERCOM": self._in_header("X-Hub-Signature", "sha1=" + _hex(BODY, "sha1")),
            "ZENDESK": self._zendesk(),
            "SLACK": self._in_header(
                "X-Slack-Signature", slack, X_Slack_Request_Timestamp=str(self.now)
            ),
            "DISCORD": self._discord(),
            "TWILIO": self._form(lambda content: _b64(content, "sha1"), "X-Twilio-Signature"),
            "SENDGRID": self._sendgrid(),
            "MAILGUN": self._mailgun(),
            "MANDRILL": self._form(lambda content: _b64(content, "sha1"), "X-Mandrill-Signature"),
            "ZOOM": self._in_header("x-zm-signature", slack, x_zm_request_timestamp=str(self.now)),
            "META": self._in_header("X-Hub-Signature-256", "sha256=" + _hex(BODY)),
            "DROPBOX": self._in_header("X-Dropbox-Signature", _hex(BODY)),
            "X": self._in_header("x-twitter-webhooks-signature", "sha256=" + _b64(BODY)),
            "MICROSOFT_GRAPH": self._graph(),
            "EVENT_GRID": self._event_grid(),
            "SNS": self._sns(),
            "BASIC_AUTH": replace(
                self._token("Authorization", f"Basic {basic}"), secret=SECRET + b":x"
            ),
            "BEARER": self._token("Authorization", f"Bearer {SECRET.decode()}"),
            "API_KEY": self._token("X-Api-Key", SECRET.decode()),
            "HMAC": replace(
                self._in_header("X-Sig", _b64(BODY, "sha512")),
                options={"header": "X-Sig", "algorithm": "sha512", "encoding": "base64"},
            ),
        }


GENUINE: Mapping[str, Genuine] = Sender().genuine()


def with_header(request: Request, name: str, value: str) -> Request:
    pairs = tuple((n, value if n.lower() == name.lower() else v) for n, v in request.headers)
    return replace(request, headers=pairs)


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
