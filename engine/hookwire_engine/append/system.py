"""The settings of the whole system that govern webhooks (contract section 2, "Options")."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntakeDefaults:
    """The system-wide settings behind a source's options."""

    max_body_bytes: int = 16_384
    max_rows_per_request: int = 10_000
    response_status: int = 200
    response_body: str = ""
    on_reject: str = "log"


DEFAULTS = IntakeDefaults()


@dataclass(frozen=True, slots=True)
class SystemLimits:
    """What ALTER SYSTEM SET says, for all sources together; sizes in bytes.

    `trusted_proxies` are addresses and CIDR blocks whose X-Forwarded-For is believed.
    """

    max_requests_per_second: int = 100_000
    concurrent_requests: int = 4_096
    queue_bytes: int = 256 * 1024 * 1024
    check_memory_bytes: int = 20 * 1024 * 1024
    trusted_proxies: tuple[str, ...] = ()
    defaults: IntakeDefaults = DEFAULTS


LIMITS = SystemLimits()
