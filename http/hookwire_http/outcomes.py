"""What can become of a webhook request, as metrics count it."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """ACCEPTED, or a cause of contract section 4; DRAINING and TIMEOUT are the door's own."""

    ACCEPTED = "ACCEPTED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    STALE_TIMESTAMP = "STALE_TIMESTAMP"
    REPEATED_HEADER = "REPEATED_HEADER"
    UNPARSABLE_BODY = "UNPARSABLE_BODY"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_METHOD = "UNSUPPORTED_METHOD"
    UNSUPPORTED_ENCODING = "UNSUPPORTED_ENCODING"
    UNKNOWN_SOURCE = "UNKNOWN_SOURCE"
    OVERLOADED = "OVERLOADED"
    DRAINING = "DRAINING"
    TIMEOUT = "TIMEOUT"
    INTERNAL = "INTERNAL"
