"""Flags that are made from the declared settings, and what all commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from hookwire.config import SETTINGS, Setting

Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def add_command(
    commands: Commands,
    name: str,
    summary: str,
    run: Callable[[argparse.Namespace], int],
    *,
    description: str | None = None,
    examples: str | None = None,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description or summary,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser


def add_settings(
    parser: argparse.ArgumentParser,
    names: Iterable[str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> None:
    """A flag for each setting, or for those named; the values stay text (see sources.py)."""
    chosen = SETTINGS if names is None else [s for s in SETTINGS if s.name in set(names)]
    for setting in chosen:
        if setting.secret:
            continue
        default = (defaults or {}).get(setting.name, setting.default)
        parser.add_argument(
            setting.flag,
            dest=setting.name,
            metavar=setting.placeholder,
            help=_help(setting, default).replace("%", "%%"),
        )


def _help(setting: Setting, default: str) -> str:
    return f"{setting.help} [{default}]" if default else setting.help


def flags(arguments: argparse.Namespace) -> dict[str, str | None]:
    return {s.name: getattr(arguments, s.name, None) for s in SETTINGS}
