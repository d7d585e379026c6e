"""The settings of the whole system that govern webhooks (contract section 2, "Options")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hookwire_catalog import settings


@dataclass(frozen=True, slots=True)
class IntakeDefaults:
    """The system-wide settings behind a source's options; `burst` 0 is one second's worth."""

    max_body_bytes: int = 16_384
    max_rows_per_request: int = 10_000
    response_status: int = 200
    response_body: str = ""
    on_reject: str = "log"
    burst: int = 0
    allow_ips: tuple[str, ...] = ()
    block_ips: tuple[str, ...] = ()


DEFAULTS = IntakeDefaults()


@dataclass(frozen=True, slots=True)
class SystemLimits:
    """What ALTER SYSTEM SET says, for all sources together; sizes in bytes.

    `trusted_proxies` are addresses and CIDR blocks whose X-Forwarded-For is believed,
    and, with `proxy_protocol`, whose connections begin with a PROXY header.
    """

    max_requests_per_second: int = 100_000
    concurrent_requests: int = 4_096
    queue_bytes: int = 256 * 1024 * 1024
    check_memory_bytes: int = 20 * 1024 * 1024
    trusted_proxies: tuple[str, ...] = ()
    proxy_protocol: bool = False
    rejections_max_rows: int = 10_000
    rejections_max_bytes: int = 64 * 1024 * 1024
    defaults: IntakeDefaults = DEFAULTS


LIMITS = SystemLimits()


def limits_of(values: Mapping[str, str]) -> SystemLimits:
    """The limits that canonical values of settings.SYSTEM_SETTINGS, all of them, amount to."""

    def number(name: str) -> int:
        return settings.amount(name, values[name])

    return SystemLimits(
        max_requests_per_second=number("webhook_max_requests_per_second"),
        concurrent_requests=number("webhook_concurrent_request_limit"),
        queue_bytes=number("webhook_queue_bytes"),
        check_memory_bytes=number("webhook_check_memory_bytes"),
        trusted_proxies=_listed(values["trusted_proxies"]),
        proxy_protocol=values["proxy_protocol"] == "on",
        rejections_max_rows=number("webhook_rejections_max_rows"),
        rejections_max_bytes=number("webhook_rejections_max_bytes"),
        defaults=IntakeDefaults(
            max_body_bytes=number("webhook_max_body_bytes"),
            max_rows_per_request=number("webhook_max_rows_per_request"),
            response_status=number("webhook_response_status"),
            response_body=values["webhook_response_body"],
            on_reject=values["webhook_on_reject"],
            burst=number("webhook_burst"),
            allow_ips=_listed(values["webhook_allow_ips"]),
            block_ips=_listed(values["webhook_block_ips"]),
        ),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()
