"""Where settings come from: flag, else HOOKWIRE_* environment, else hookwire.toml, else default."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hookwire.config import SETTINGS, BadValueError, Config, Setting
from hookwire.exits import ConfigError

DEFAULT_FILE = "hookwire.toml"
"""Read from the working directory when it is there and no other file is named."""

CONFIG_VARIABLE = "HOOKWIRE_CONFIG"


@dataclass(frozen=True, slots=True)
class Given:
    """A value as text, and where it was written, for the message when it is wrong."""

    text: str
    origin: str


def load_config(
    flags: Mapping[str, str | None], environment: Mapping[str, str], *, file: str | None = None
) -> Config:
    """`flags` are by setting name, `file` is what --config gave. Raises ConfigError."""
    in_file = _file_values(file, environment)
    return _resolve(flags, environment, in_file)


def flags_only(flags: Mapping[str, str | None]) -> Config:
    """The configuration of a program that reads no environment and no file. Raises ConfigError."""
    return _resolve(flags, {}, {})


def _resolve(
    flags: Mapping[str, str | None], environment: Mapping[str, str], file: Mapping[str, Given]
) -> Config:
    values: dict[str, object] = {}
    for setting in SETTINGS:
        for given in _given(setting, flags, environment, file):
            values[setting.name] = _parse(setting, given)
            break
    return Config(**values)  # type: ignore[arg-type]


def _given(
    setting: Setting,
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    file: Mapping[str, Given],
) -> Iterator[Given]:
    """Every value given, the strongest first. An empty variable counts as not set."""
    flag = flags.get(setting.name)
    if flag is not None:
        yield Given(flag, setting.flag)
    if variable := environment.get(setting.variable):
        yield Given(variable, setting.variable)
    if setting.name in file:
        yield file[setting.name]


def _parse(setting: Setting, given: Given) -> object:
    try:
        return setting.parse(given.text)
    except BadValueError as error:
        told = "" if setting.secret else f"is {given.text!r}, but "
        raise ConfigError(f"{given.origin} {told}must be {error}") from None


def _file_values(flag: str | None, environment: Mapping[str, str]) -> dict[str, Given]:
    named = flag or environment.get(CONFIG_VARIABLE) or None
    path = Path(named or DEFAULT_FILE)
    if named is None and not path.is_file():
        return {}
    known = {setting.name for setting in SETTINGS}
    values: dict[str, Given] = {}
    for key, value in _read(path).items():
        if key not in known:
            raise ConfigError(f"{path} sets {key!r}, which is not a setting")
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ConfigError(f"{key} in {path} must be a string or a number")
        values[key] = Given(str(value), f"{key} in {path}")
    return values


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
