"""Secrets as keys, signatures as bytes, and the comparisons, which take constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from hookwire_engine.append.recipes.schemes import Key

ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")
PEM = b"-----BEGIN CERTIFICATE-----"
_HASHES: dict[str, hashes.HashAlgorithm] = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data)


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "base64": base64.b64encode,
    "base64url": _base64url,
}
same = hmac.compare_digest


def hmac_of(key: bytes, content: bytes, algorithm: str, encoding: str) -> bytes:
    """As text, which is what is compared: one signature has one spelling."""
    return ENCODERS[encoding](hmac.digest(key, content, algorithm))


def hash_of(content: bytes, algorithm: str, encoding: str) -> bytes:
    return ENCODERS[encoding](hashlib.new(algorithm, content).digest())


def decoded(text: bytes, encoding: str) -> bytes | None:
    """The bytes that `encoding` writes as `text`, and in no other way."""
    try:
        raw = bytes.fromhex(text.decode()) if encoding == "hex" else base64.b64decode(text)
    except ValueError:
        return None
    return raw if ENCODERS[encoding](raw) == text else None


def key_of(value: bytes, form: Key) -> bytes | None:
    """None: the secret is not of this form; it can prove nothing."""
    if form is Key.TEXT:
        return value
    if form is Key.HEX:
        try:
            return bytes.fromhex(value.decode()) or None
        except ValueError:
            return None
    if form is Key.WHPK:
        return _base64(value.removeprefix(b"whpk_")) if value.startswith(b"whpk_") else None
    return _base64(value.removeprefix(b"whsec_") if form is Key.WHSEC else value)


def _base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True) or None
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _ed25519(key: bytes) -> ed25519.Ed25519PublicKey | None:
    try:
        return ed25519.Ed25519PublicKey.from_public_bytes(key)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _ecdsa(value: bytes) -> ec.EllipticCurvePublicKey | None:
    """A public key in PEM, or its base64 alone."""
    try:
        if value.lstrip().startswith(b"-----BEGIN"):
            key = serialization.load_pem_public_key(value)
        else:
            key = serialization.load_der_public_key(base64.b64decode(value, validate=True))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


@lru_cache(maxsize=256)
def _certificate(pem: bytes) -> rsa.RSAPublicKey | None:
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPublicKey) else None


def ed25519_proves(key: bytes, signature: bytes, content: bytes) -> bool:
    public = _ed25519(key)
    try:
        if public is not None:
            public.verify(signature, content)
            return True
    except (InvalidSignature, UnsupportedAlgorithm):
        pass
    return False


def ecdsa_proves(value: bytes, signature: bytes, content: bytes) -> bool:
    public = _ecdsa(value)
    try:
        if public is not None:
            public.verify(signature, content, ec.ECDSA(hashes.SHA256()))
            return True
    except (InvalidSignature, UnsupportedAlgorithm):
        pass
    return False


def certificate_proves(pem: bytes, signature: bytes, content: bytes, algorithm: str) -> bool:
    public = _certificate(pem)
    try:
        if public is not None:
            public.verify(signature, content, padding.PKCS1v15(), _HASHES[algorithm])
            return True
    except (InvalidSignature, UnsupportedAlgorithm):
        pass
    return False
