"""Flag > environment > file > default, and where a wrong value is said to be from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from hookwire.config import SETTINGS, Config
from hookwire.exits import ConfigError
from hookwire.sources import flags_only, load_config

NO_FLAGS: dict[str, str | None] = {setting.name: None for setting in SETTINGS}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """hookwire.toml is looked for in the working directory."""
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "hookwire.toml") -> None:
    Path(name).write_text(text)


def refused(environment: Mapping[str, str] | None = None, file: str | None = None) -> str:
    with pytest.raises(ConfigError) as error:
        load_config(NO_FLAGS, environment or {}, file=file)
    assert error.value.exit_code == 2
    return str(error.value)


def test_nothing_said_means_the_defaults() -> None:
    assert load_config(NO_FLAGS, {}) == Config()


def test_flag_beats_environment_beats_file() -> None:
    write("sql_port = 1\nhttp_port = 1\nmax_connections = 1\n")
    environment = {"HOOKWIRE_SQL_PORT": "2", "HOOKWIRE_HTTP_PORT": "2"}
    config = load_config(NO_FLAGS | {"sql_port": "3"}, environment)
    assert (config.sql_port, config.http_port, config.max_connections) == (3, 2, 1)


def test_every_setting_can_come_from_each_place() -> None:
    others = {
        "public_url": "https://hooks.example.com", "secret_key_file": "a.key",
        "secret_key": "00" * 32, "password_file": "pw", "password": "geheim", "hba_file": "hba",
        "ssl_cert_file": "crt", "ssl_key_file": "key", "ssl_ca_file": "ca",
    }  # fmt: skip
    texts = {s.name: s.default or others[s.name] for s in SETTINGS}
    everywhere = (
        load_config(texts, {}),
        load_config(NO_FLAGS, {s.variable: texts[s.name] for s in SETTINGS}),
    )
    write("".join(f"{name} = '{text}'\n" for name, text in texts.items()))
    for config in (*everywhere, load_config(NO_FLAGS, {})):
        assert config == Config(
            public_url="https://hooks.example.com",
            secret_key_file=Path("a.key"),
            secret_key=bytes(32),
            password_file=Path("pw"),
            password="geheim",
            hba_file=Path("hba"),
            ssl_cert_file=Path("crt"),
            ssl_key_file=Path("key"),
            ssl_ca_file=Path("ca"),
        )


def test_a_wrong_key_is_not_repeated() -> None:
    message = refused({"HOOKWIRE_SECRET_KEY": "hunter2"})
    assert message == "HOOKWIRE_SECRET_KEY must be 32 bytes in hexadecimal or base64"


def test_numbers_of_the_file_may_be_numbers() -> None:
    write("sql_port = 7000\ngrace_period = 1.5\n")
    config = load_config(NO_FLAGS, {})
    assert (config.sql_port, config.grace_period) == (7000, 1.5)


def test_an_empty_variable_is_not_set() -> None:
    assert load_config(NO_FLAGS, {"HOOKWIRE_SQL_PORT": ""}) == Config()


def test_an_empty_flag_is_a_value() -> None:
    with pytest.raises(ConfigError, match=r"--data-dir is '', but must be a folder"):
        load_config(NO_FLAGS | {"data_dir": ""}, {})


def test_the_file_is_the_named_one() -> None:
    write("sql_port = 1\n")
    write("sql_port = 2\n", "other.toml")
    write("sql_port = 3\n", "third.toml")
    by_variable = {"HOOKWIRE_CONFIG": "other.toml"}
    assert load_config(NO_FLAGS, by_variable).sql_port == 2
    assert load_config(NO_FLAGS, by_variable, file="third.toml").sql_port == 3


def test_the_demo_reads_neither_environment_nor_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write("sql_port = 1\n")
    monkeypatch.setenv("HOOKWIRE_SQL_PORT", "2")
    assert flags_only(NO_FLAGS).sql_port == Config().sql_port
    assert flags_only(NO_FLAGS | {"sql_port": "4"}).sql_port == 4


def test_a_wrong_value_is_told_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"^--sql-port is 'x', but must be a whole number"):
        load_config(NO_FLAGS | {"sql_port": "x"}, {})
    assert refused({"HOOKWIRE_SQL_PORT": "x"}).startswith("HOOKWIRE_SQL_PORT is 'x'")
    write("sql_port = 'x'\n")
    assert refused().startswith("sql_port in hookwire.toml is 'x'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sqlport = 1\n", "hookwire.toml sets 'sqlport', which is not a setting"),
        ("[server]\nsql_port = 1\n", "hookwire.toml sets 'server', which is not a setting"),
        ("sql_port = true\n", "sql_port in hookwire.toml must be a string or a number"),
        ("sql_port = [1]\n", "sql_port in hookwire.toml must be a string or a number"),
        ("sql_port = \n", "hookwire.toml is not valid TOML"),
    ],
)
def test_a_wrong_file_is_told(text: str, said: str) -> None:
    write(text)
    assert refused().startswith(said)


def test_a_file_that_is_not_utf8_is_told() -> None:
    Path("hookwire.toml").write_bytes(b"sql_port = '\xff'\n")
    assert refused().startswith("hookwire.toml is not valid TOML")


def test_a_named_file_must_be_there() -> None:
    assert refused(file="no.toml") == "cannot read no.toml: No such file or directory"
    assert refused({"HOOKWIRE_CONFIG": "."}) == "cannot read .: Is a directory"
