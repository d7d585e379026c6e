"""One event, one line, whatever is in it."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from hookwire import logs

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"

log = logging.getLogger("hookwire.tests")


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("hookwire")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    logging.captureWarnings(False)


def text_lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def configured(form: str, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(form, level, stream)
    return stream


def json_line(stream: io.StringIO) -> dict[str, Any]:
    (line,) = text_lines(stream)
    document = json.loads(line)
    assert isinstance(document, dict)
    return document


def test_text_has_time_level_logger_message_and_fields() -> None:
    stream = configured("text")
    log.info("ready", extra={"sql": "postgresql://x", "empty": "", "why": "a b", "n": 3})
    line = r"INFO hookwire\.tests: ready sql=postgresql://x empty=\"\" why=\"a b\" n=3"
    assert re.fullmatch(f"{TIME} {line}\n", stream.getvalue())


@pytest.mark.parametrize("evil", ['a"b', "a=b", "a\nb", "a\x1b[31mb", "\u2028"])
def test_a_field_cannot_pass_for_something_else(evil: str) -> None:
    stream = configured("text")
    log.info("said", extra={"who": evil})
    (line,) = text_lines(stream)
    assert line.endswith(f"said who={json.dumps(evil)}")


def test_a_message_stays_on_its_line() -> None:
    stream = configured("text")
    log.info("one\ntwo\rthree")
    (line,) = text_lines(stream)
    assert line.endswith(": one\\ntwo\\rthree")


def test_json_has_the_same() -> None:
    stream = configured("json")
    log.warning("%d rows\n", 7, extra={"source": "ünï", "seconds": 0.5, "path": io})
    line = json_line(stream)
    assert re.fullmatch(TIME, line.pop("time"))
    assert line.pop("path").startswith("<module 'io'")
    assert line == {
        "level": "warning",
        "logger": "hookwire.tests",
        "message": "7 rows\n",
        "source": "ünï",
        "seconds": 0.5,
    }


def _fail() -> None:
    try:
        raise ValueError("it broke")
    except ValueError:
        log.exception("failed")


def test_an_exception_is_told_in_both_forms() -> None:
    stream = configured("text")
    _fail()
    assert stream.getvalue().endswith("ValueError: it broke\n")
    stream = configured("json")
    _fail()
    line = json_line(stream)
    assert line["message"] == "failed"
    assert line["exception"].endswith("ValueError: it broke")


def test_levels_are_ours_and_libraries_are_heard_from_warning_on() -> None:
    stream = configured("text", "debug")
    library = logging.getLogger("quart.app")
    log.debug("ours")
    library.info("theirs, quiet")
    library.warning("theirs, loud")
    assert [line.rpartition(": ")[2] for line in text_lines(stream)] == ["ours", "theirs, loud"]
    stream = configured("text", "error")
    log.warning("not heard")
    assert stream.getvalue() == ""


def test_configuring_again_replaces_the_handler() -> None:
    first, second = configured("text"), configured("text")
    log.info("once")
    assert first.getvalue() == ""
    assert len(text_lines(second)) == 1


def test_warnings_go_to_the_log() -> None:
    stream = configured("json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old", UserWarning, stacklevel=1)
    line = json_line(stream)
    assert line["logger"] == "py.warnings"
    assert "UserWarning: old" in line["message"]
