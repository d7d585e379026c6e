"""A recipe: everything that is known about one provider, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from hookwire_engine.append.recipes.schemes import Scheme
from hookwire_engine.append.recipes.values import Response

DEFAULT_MAX_BODY_BYTES = 16_384
MEBIBYTE = 1024 * 1024
SUCCESS = Response()


class Greeting(Enum):
    """A provider's way of trying an endpoint."""

    HEAD = auto()
    HUB_CHALLENGE = auto()
    ECHO_CHALLENGE = auto()
    CRC_TOKEN = auto()
    VALIDATION_TOKEN = auto()
    GRID_VALIDATION = auto()
    CLOUDEVENTS_OPTIONS = auto()
    NOTION_TOKEN = auto()
    URL_VERIFICATION = auto()
    ZOOM_VALIDATION = auto()
    DISCORD_PING = auto()
    SNS_CONFIRMATION = auto()


SIGNED_GREETINGS = frozenset(
    {
        Greeting.URL_VERIFICATION,
        Greeting.ZOOM_VALIDATION,
        Greeting.DISCORD_PING,
        Greeting.SNS_CONFIRMATION,
    }
)
"""Those that count once their signature has been verified."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of VALIDATE; `help` is a sentence for the docs."""

    name: str
    help: str
    example: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """`roles` say what each secret is; where there is one role, several secrets share it."""

    name: str
    title: str
    schemes: tuple[Scheme, ...]
    setup: tuple[str, ...]
    roles: tuple[str, ...] = ("the signing secret",)
    secrets_required: int = 1
    aliases: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    greetings: tuple[Greeting, ...] = ()
    max_body_bytes: int = DEFAULT_MAX_BODY_BYTES
    success: Response = SUCCESS
    body_format: str = "JSON"
    deduplicate_by: str = ""
    notes: tuple[str, ...] = ()
    allowed_origin: str = ""

    @property
    def has_roles(self) -> bool:
        return len(self.roles) > 1


TOLERANCE = Option(
    "tolerance", "How far the time of sending may be from the server's clock.", "5 minutes"
)
URL = Option(
    "url",
    "The URL as the provider has it, if the server sees another one (a proxy in front). Without a"
    " query, it takes that of the request.",
    "https://hooks.example.com/github",
)
ALLOWED_ORIGIN = Option(
    "allowed_origin",
    "Answers the CloudEvents handshake (OPTIONS) of this origin.",
    "eventemitter.example.com",
)
PARAMETER = Option("parameter", "Looks in this parameter of the query instead.", "access_token")
