"""What a setting accepts, and what is said when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwire.config import SETTINGS, BadValueError, Config, Setting

BY_NAME = {setting.name: setting for setting in SETTINGS}

ACCEPTED: list[tuple[str, str, object]] = [
    ("data_dir", "/var/lib/hookwire", Path("/var/lib/hookwire")),
    ("data_dir", ":memory:", None),
    ("host", "127.0.0.1", "127.0.0.1"),
    ("host", "127.8.9.10", "127.8.9.10"),
    ("host", "::1", "::1"),
    ("host", "0.0.0.0", "0.0.0.0"),
    ("host", "localhost", "127.0.0.1"),
    ("sql_port", "0", 0),
    ("http_port", "65535", 65_535),
    ("public_url", "", None),
    ("public_url", "https://hooks.example.com/", "https://hooks.example.com"),
    ("public_url", "http://[::1]:8080/in", "http://[::1]:8080/in"),
    ("secret_key_file", "", None),
    ("secret_key_file", "/run/secrets/key", Path("/run/secrets/key")),
    ("secret_key", "00" * 32, bytes(32)),
    ("secret_key", "+/" * 21 + "8=", bytes.fromhex("fbff" "bf" * 10 + "fbff")),
    ("password_file", "pw", Path("pw")),
    ("password", "a b", "a b"),
    ("hba_file", "", None),
    ("ssl_cert_file", "a.crt", Path("a.crt")),
    ("ssl_key_file", "a.key", Path("a.key")),
    ("ssl_ca_file", "", None),
    ("ssl_min_protocol_version", "TLSv1.3", "TLSv1.3"),
    ("authentication_timeout", "5", 5),
    ("auth_delay", "0", 0.0),
    ("superuser_reserved_connections", "0", 0),
    ("max_connections", "1", 1),
    ("grace_period", "0", 0.0),
    ("grace_period", "2.5", 2.5),
    ("log_format", "json", "json"),
    ("log_level", "debug", "debug"),
]
REFUSED = [
    ("data_dir", "", "a folder"),
    ("host", "", "an IP address"),
    ("host", "example.com", "an IP address"),
    ("password_file", "a\0b", "name of a file"),
    ("password", "a\0b", "zero bytes"),
    ("hba_file", "a\0b", "name of a file"),
    ("ssl_cert_file", "a\0b", "name of a file"),
    ("ssl_key_file", "a\0b", "name of a file"),
    ("ssl_ca_file", "a\0b", "name of a file"),
    ("ssl_min_protocol_version", "SSLv3", "TLSv1.2, TLSv1.3"),
    ("authentication_timeout", "0", "from 1 to 600"),
    ("auth_delay", "-1", "seconds"),
    ("superuser_reserved_connections", "-1", "from 0"),
    ("sql_port", "-1", "from 0 to 65535"),
    ("sql_port", "65536", "from 0 to 65535"),
    ("sql_port", "٣", "whole number"),
    ("sql_port", "1.0", "whole number"),
    ("http_port", "", "whole number"),
    ("max_connections", "0", "from 1"),
    ("secret_key_file", "a\0b", "name of a file"),
    ("secret_key", "00" * 31, "32 bytes"),
    ("secret_key", "not a key", "32 bytes"),
    ("public_url", "hooks.example.com", "https://hooks.example.com"),
    ("public_url", "ftp://example.com", "URL"),
    ("public_url", "https://", "URL"),
    ("public_url", "https://example.com/?a=1", "without a query"),
    ("public_url", "https://example.com/#a", "without a query"),
    ("public_url", "https://user:secret@example.com", "URL"),
    ("public_url", "https://example.com:0", "URL"),
    ("public_url", "https://example.com:99999", "URL"),
    ("public_url", "https://exa mple.com", "URL"),
    ("public_url", "https://example.com/\n", "URL"),
    ("public_url", "https://[::1", "URL"),
    ("grace_period", "-1", "seconds"),
    ("grace_period", "nan", "seconds"),
    ("grace_period", "soon", "seconds"),
    ("log_format", "xml", "text, json"),
    ("log_level", "INFO", "debug, info"),
]


@pytest.mark.parametrize(("name", "text", "value"), ACCEPTED)
def test_accepted(name: str, text: str, value: object) -> None:
    assert BY_NAME[name].parse(text) == value


@pytest.mark.parametrize(("name", "text", "said"), REFUSED)
def test_refused(name: str, text: str, said: str) -> None:
    with pytest.raises(BadValueError) as refused:
        BY_NAME[name].parse(text)
    assert said in str(refused.value)


def test_every_setting_is_tried_here_both_ways() -> None:
    assert {name for name, _, _ in ACCEPTED} == BY_NAME.keys()
    assert {name for name, _, _ in REFUSED} == BY_NAME.keys()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_default_is_what_its_text_means(setting: Setting) -> None:
    assert getattr(Config(), setting.name) == setting.parse(setting.default)


def test_the_defaults_are_those_of_the_contract() -> None:
    config = Config()
    assert (config.host, config.sql_port, config.http_port) == ("127.0.0.1", 6875, 6876)
    assert config.data_dir == Path("hookwire-data")


def test_one_name_for_flag_and_variable() -> None:
    setting = BY_NAME["sql_port"]
    assert (setting.flag, setting.variable) == ("--sql-port", "HOOKWIRE_SQL_PORT")
