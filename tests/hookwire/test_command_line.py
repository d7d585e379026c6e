"""What a person meets before anything runs: help, version, and what is said of a wrong flag."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hookwire import __version__
from hookwire.__main__ import main
from hookwire.config import SETTINGS
from support.hookwire_process import child_environment

COMMANDS = ("serve", "demo", "sql", "version")
DEMO_SETTINGS = {"data_dir", "sql_port", "http_port", "log_format", "log_level"}


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out == help_of(capsys)


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    shown = help_of(capsys)
    assert shown.startswith("usage: hookwire ")
    assert "Webhooks in, SQL out" in shown
    for command in COMMANDS:
        assert f"\n    {command} " in shown
        assert help_of(capsys, command).startswith(f"usage: hookwire {command}")


def test_serve_has_a_flag_with_its_default_for_every_setting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = " ".join(help_of(capsys, "serve").split())
    for setting in SETTINGS:
        help = f"{setting.help} [{setting.default}]" if setting.default else setting.help
        told = f"{setting.flag} {setting.placeholder} {help}" in shown
        assert told is not setting.secret  # a command line is public
    assert "exit codes: 0 ended as asked" in shown


def test_demo_has_those_that_mean_something_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    shown = help_of(capsys, "demo")
    for setting in SETTINGS:
        assert (f"  {setting.flag} " in shown) == (setting.name in DEMO_SETTINGS)
    assert "--exit-after" in shown


@pytest.mark.parametrize("arguments", [["version"], ["--version"]])
def test_the_version(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert (code, capsys.readouterr().out) == (0, f"hookwire {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["srve"], "'srve'"),
        (["--nonsense"], "--nonsense"),
        (["serve", "--sql", "1"], "--sql 1 (see hookwire"),
        (["serve", "--sql-port"], "--sql-port: expected one argument (see hookwire serve --help)"),
        (["serve", "extra"], "extra"),
        (["sql", "--format", "xml", "SELECT 1"], "'xml'"),
        (["serve", "--log-level", "loud"], "--log-level is 'loud', but must be one of debug"),
        (["serve", "--config", "no-such.toml"], "cannot read no-such.toml"),
        (["demo", "--http-port", "70000"], "--http-port is '70000', but must be"),
        (["sql", "--url", "nonsense://x", "SELECT 1"], "--url: "),
    ],
)
def test_a_wrong_argument_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("hookwire: ") and printed.err.count("\n") == 1
    assert said in printed.err


def test_as_a_module_from_anywhere(tmp_path: object) -> None:
    command = [sys.executable, "-m", "hookwire", "version"]
    done = subprocess.run(
        command, cwd=str(tmp_path), env=child_environment(), capture_output=True, check=True
    )
    assert done.stdout.decode() == f"hookwire {__version__}\n"


def test_asking_a_server_loads_none_of_it() -> None:
    """`hookwire sql` and `--help` would wait half a second for what they do not use."""
    code = "import sys, hookwire.__main__; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment(), capture_output=True, check=True
    )
    loaded = set(done.stdout.decode().split())
    assert "hookwire.commands.serve" in loaded
    assert loaded & {"duckdb", "pyarrow", "quart", "hookwire_engine"} == set()
