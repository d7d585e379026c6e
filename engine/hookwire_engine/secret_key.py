"""The key that stored secrets are encrypted with: given as text, or kept in a file.

The file holds 64 hexadecimal digits. Who has it and the database can read the secrets.
"""

from __future__ import annotations

import base64
import binascii
import errno
import os
from pathlib import Path

from hookwire_catalog.errors import ObjectNotInPrerequisiteState

KEY_BYTES = 32
FILE = "secret.key"
"""In the data directory, when no other file is named."""


class BadKeyError(ObjectNotInPrerequisiteState):
    """There is no key, or not the right one; the message says what to do and nothing of it."""


def random() -> bytes:
    return os.urandom(KEY_BYTES)


def parse(text: str) -> bytes:
    """A key of 32 bytes in hex or base64. Raises ValueError, without the text."""
    text = "".join(text.split())
    try:
        if len(text) == 2 * KEY_BYTES:
            return binascii.unhexlify(text)
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("it is not 32 bytes in hexadecimal or base64")
    return key


def load(path: Path, *, may_make: bool) -> bytes:
    """The key in the file; a new one if there is no file and nothing was encrypted yet.

    Raises BadKeyError, OSError.
    """
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        if may_make:
            return _made(path)
        raise BadKeyError(
            f"the key of the stored secrets is missing: {path} does not exist; put the file back,"
            " or name another with --secret-key-file"
        ) from None
    except UnicodeDecodeError:
        text = ""
    try:
        return parse(text)
    except ValueError as error:
        raise BadKeyError(f"{path} does not hold a key: {error}") from None


def _made(path: Path) -> bytes:
    """Complete or not there at all, whenever the machine stops (rename(2))."""
    key = random()
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(beside, path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot sync folders
            raise
    finally:
        os.close(folder)
    return key
