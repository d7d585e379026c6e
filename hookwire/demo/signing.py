"""The providers' signatures, as each documents its own. The secrets are the demo's, and public;
the demo gives them to its server with CREATE SECRET.
"""

from __future__ import annotations

import hmac

GITHUB_SECRET = "demo-github-secret"
STRIPE_SECRET = "whsec_demo0stripe0secret0of0hookwire0"
SEGMENT_SECRET = "demo-segment-shared-secret"


def github(body: bytes) -> str:
    """X-Hub-Signature-256: HMAC-SHA256 of the body."""
    return "sha256=" + _hmac(GITHUB_SECRET, body, "sha256")


def stripe(body: bytes, timestamp: int) -> str:
    """Stripe-Signature: HMAC-SHA256 of the time, a dot and the body."""
    signed = b"%d.%b" % (timestamp, body)
    return f"t={timestamp},v1={_hmac(STRIPE_SECRET, signed, 'sha256')}"


def segment(first_event: bytes) -> str:
    """X-Signature: HMAC-SHA1 of the text of a batch's first event; the others are not signed."""
    return _hmac(SEGMENT_SECRET, first_event, "sha1")


def _hmac(secret: str, data: bytes, algorithm: str) -> str:
    return hmac.new(secret.encode(), data, algorithm).hexdigest()
