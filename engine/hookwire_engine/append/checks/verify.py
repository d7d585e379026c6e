"""Signatures by public keys: true or false; a key that is none is an error.

A key is PEM or DER text as SubjectPublicKeyInfo, for Ed25519 also its 32 bytes, for RSA and ECDSA
also an X.509 certificate in PEM. An ECDSA signature is ASN.1 DER, or the two numbers r and s of
equal length one after the other (IEEE P1363).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from hookwire_catalog.errors import InvalidParameterValue
from hookwire_engine.append.checks.code import Table

table = Table()
_function = table.function

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def signature_hash(name: str) -> hashes.HashAlgorithm:
    found = _HASHES.get(name.lower())
    if found is None:
        raise InvalidParameterValue(f'Cannot use "{name}": No such hash algorithm')
    return found


@lru_cache(maxsize=64)
def _public_key(key: bytes) -> object:
    try:
        if b"BEGIN CERTIFICATE" in key:
            return x509.load_pem_x509_certificate(key).public_key()
        if key.lstrip().startswith(b"-----BEGIN"):
            return serialization.load_pem_public_key(key)
        return serialization.load_der_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidParameterValue("invalid public key") from None


def ed25519_verify(data: bytes, signature: bytes, key: bytes) -> bool:
    public = ed25519.Ed25519PublicKey.from_public_bytes(key) if len(key) == 32 else _public_key(key)
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise InvalidParameterValue("not an Ed25519 public key")
    try:
        public.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def ecdsa_verify(data: bytes, signature: bytes, key: bytes, algorithm: str) -> bool:
    public = _public_key(key)
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise InvalidParameterValue("not an ECDSA public key")
    size = (public.curve.key_size + 7) // 8
    if len(signature) == 2 * size:
        halves = signature[:size], signature[size:]
        signature = utils.encode_dss_signature(*(int.from_bytes(half, "big") for half in halves))
    try:
        public.verify(signature, data, ec.ECDSA(signature_hash(algorithm)))
    except InvalidSignature:
        return False
    return True


def rsa_verify(data: bytes, signature: bytes, key: bytes, algorithm: str) -> bool:
    """RSASSA-PKCS1-v1_5, which is what webhooks are signed with."""
    public = _public_key(key)
    if not isinstance(public, rsa.RSAPublicKey):
        raise InvalidParameterValue("not an RSA public key")
    try:
        public.verify(signature, data, padding.PKCS1v15(), signature_hash(algorithm))
    except InvalidSignature:
        return False
    return True


def _add(name: str, make: Callable[..., bool], hashed: bool) -> None:
    """With data and key as text or bytea: neither is ambiguous, as a signature is bytes."""
    last, validate = (", text", {3: signature_hash}) if hashed else ("", {})
    for data in ("bytea", "text"):
        for key in ("bytea", "text"):
            signature = f"{name}({data}, bytea, {key}{last}) bool"
            _function(signature, make, validate=validate, of_bytes=3)


_add("ed25519_verify", ed25519_verify, hashed=False)
_add("ecdsa_verify", ecdsa_verify, hashed=True)
_add("rsa_verify", rsa_verify, hashed=True)
