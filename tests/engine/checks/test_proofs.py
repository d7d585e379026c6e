"""Signatures and what else webhooks are proved with: published answers, in CHECK and in SELECT."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from hookwire_catalog.errors import SqlError
from support.checks import ERROR, OwnSelect, gives
from support.providers import certificate, rsa_key

HI_THERE = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
JEFE = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
# RFC 8032, 7.1, test 2.
ED_KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
ED_SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
# RFC 6979, A.2.5: P-256 with SHA-256, of "sample".
EC_POINT = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
EC_R = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
EC_S = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8

ANSWERS = [
    # RFC 4231, test cases 1 and 2.
    ("hmac('sha256', decode(repeat('0b', 20), 'hex'), 'Hi There')", HI_THERE),
    ("encode(hmac('Hi There'::bytea, decode(repeat('0b', 20), 'hex'), 'sha256'), 'hex')", HI_THERE),
    ("hmac('sha256', 'Jefe', 'what do ya want for nothing?')", JEFE),
    ("hmac('SHA256', 'Jefe'::bytea, 'what do ya want for nothing?'::bytea)", JEFE),
    ("encode(hmac('what do ya want for nothing?', 'Jefe', 'sha256'), 'hex')", JEFE),
    # RFC 2202, MD5 and SHA-1 of test case 2.
    ("hmac('md5', 'Jefe', 'what do ya want for nothing?')", "750c783e6ab0b503eaa86e310a5db738"),
    ("hmac('sha1', 'Jefe', 'what do ya want for nothing?')",
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    # What the how-to shows, of GitHub's documentation.
    ("hmac('sha256', 'It''s a Secret to Everybody', 'Hello, World!')",
     "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
    ("hmac('sha256', NULL, body)", None),
    ("hmac('sha256', 'k', NULL)", None),
    ("hmac(body, 'k', NULL)", None),
    # The check value of CRC-32 (ISO-HDLC).
    ("crc32('123456789')", "3421780262"),
    ("crc32('123456789'::bytea)", "3421780262"),
    ("crc32('')", "0"),
    ("crc32(NULL::text)", None),
    ("constant_time_eq(body, body)", "true"),
    ("constant_time_eq('a', 'ab')", "false"),
    ("constant_time_eq('a'::bytea, 'b'::bytea)", "false"),
    ("constant_time_eq('é', 'é')", "true"),
    ("constant_time_eq('a', NULL)", None),
    # FIPS 180-4's "abc".
    ("encode(digest('abc', 'sha256'), 'hex')",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("header_values(headers, 'x-b', 'v1')", "{ab,cd}"),
    ("header_values(headers, 'X-B', 'v1')", "{ab,cd}"),
    ("header_values(headers, 'x-b', 't')", "{5}"),
    ("(header_values(headers, 'x-b', 'v1'))[2]", "cd"),
    ("header_values(headers, 'x-b', 'V1')", "{}"),
    ("header_values(headers, 'x-a', 'v1')", "{}"),
    ("header_values(headers, 'none', 'v1')", None),
    ("header_values(headers, NULL, 'v1')", None),
    ("hmac('sha256', 'k', 'd') = any (header_values(headers, 'x-b', 'v1'))", "false"),
]  # fmt: skip


def same_everywhere(own: OwnSelect, expression: str, text: str | None) -> None:
    assert own.answer(expression)[0] == text
    assert gives(expression, text)


@pytest.mark.parametrize(("expression", "text"), ANSWERS)
def test_published_answer(own: OwnSelect, expression: str, text: str | None) -> None:
    same_everywhere(own, expression, text)


def pem(key: ec.EllipticCurvePublicKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


EC_PEM = pem(ec.EllipticCurvePublicNumbers(*EC_POINT, ec.SECP256R1()).public_key())
EC_DER = utils.encode_dss_signature(EC_R, EC_S).hex()
EC_PAIR = f"{EC_R:064x}{EC_S:064x}"


def rsa_pair(message: bytes) -> tuple[str, str]:
    """A public key, and a signature of `message` made by RFC 8017's 8.2.1 itself."""
    numbers = rsa_key().private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    hashed = info + hashlib.sha256(message).digest()
    block = b"\0\1" + b"\xff" * (size - len(hashed) - 3) + b"\0" + hashed
    signature = pow(int.from_bytes(block, "big"), numbers.d, modulus)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    key = rsa_key().public_key().public_bytes(serialization.Encoding.PEM, form)
    return key.decode(), signature.to_bytes(size, "big").hex()


RSA_PEM, RSA_SIGNATURE = rsa_pair(b"sample")


@pytest.mark.parametrize(
    ("form", "signature", "message", "key"),
    [
        ("ed25519_verify({}, {}, {})", ED_SIGNATURE, "r", f"decode('{ED_KEY}', 'hex')"),
        ("ecdsa_verify({}, {}, {}, 'sha256')", EC_DER, "sample", f"'{EC_PEM}'"),
        ("ecdsa_verify({}, {}, {}, 'sha256')", EC_PAIR, "sample", f"'{EC_PEM}'"),
        ("ecdsa_verify({}, {}, {}, 'SHA256')", EC_DER, "sample", f"'{EC_PEM}'::bytea"),
        ("rsa_verify({}, {}, {}, 'sha256')", RSA_SIGNATURE, "sample", f"'{RSA_PEM}'"),
        ("rsa_verify({}, {}, {}, 'sha256')", RSA_SIGNATURE, "sample",
         f"'{certificate().decode()}'"),
    ],
    ids=["ed25519", "ecdsa-der", "ecdsa-pair", "ecdsa-bytea", "rsa", "rsa-certificate"],
)  # fmt: skip
def test_signature_of_a_public_key(
    own: OwnSelect, form: str, signature: str, message: str, key: str
) -> None:
    proof = f"decode('{signature}', 'hex')"
    forged = f"decode('{signature[:-2]}{int(signature[-2:], 16) ^ 1:02x}', 'hex')"
    same_everywhere(own, form.format(f"'{message}'", proof, key), "true")
    same_everywhere(own, form.format(f"'{message}'::bytea", proof, key), "true")
    same_everywhere(own, form.format(f"'{message}x'", proof, key), "false")
    same_everywhere(own, form.format(f"'{message}'", forged, key), "false")
    same_everywhere(own, form.format(f"'{message}'", "''::bytea", key), "false")
    same_everywhere(own, form.format("NULL::text", proof, key), None)
    # Another kind of key, and what is no key.
    other = f"decode('{ED_KEY}', 'hex')" if "ed25519" not in form else f"'{EC_PEM}'"
    same_everywhere(own, form.format(f"'{message}'", proof, other), ERROR)
    same_everywhere(own, form.format(f"'{message}'", proof, "'none'"), ERROR)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("ecdsa_verify(body, body::bytea, body, 'md4')",
         'Cannot use "md4": No such hash algorithm'),
        ("hmac(body, 'k', 'sha3')", 'Cannot use "sha3": No such hash algorithm'),
        ("digest(body, 'none')", 'Cannot use "none": No such hash algorithm'),
    ],
)  # fmt: skip
def test_an_unknown_algorithm_is_told_by_create_source(expression: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        gives(expression, "")
    assert (caught.value.sqlstate, caught.value.message) == ("22023", message)


def test_the_hash_of_a_signature_counts() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    signature = key.sign(b"sample", ec.ECDSA(hashes.SHA384())).hex()
    call = (
        f"ecdsa_verify('sample', decode('{signature}', 'hex'), '{pem(key.public_key())}', '{{}}')"
    )
    assert gives(call.format("sha384"), "true")
    assert gives(call.format("sha256"), "false")
