"""Messages of a client, good and bad: generated from a seed, to be thrown at the SQL door.

A stream is a start-up and then messages, of which most are valid, some are damaged and a few are
noise. Damage knows the format: lengths and counts that lie, types that are swapped, texts without
an end, bytes that are flipped, messages cut short or run together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from struct import pack

from support.wire import (
    bind,
    close,
    copy_data,
    copy_done,
    copy_fail,
    describe,
    execute,
    flush,
    parse,
    query,
    startup,
    sync,
    terminate,
)

DOCUMENTED = {"08P01", "0A000", "22021", "22023", "28000", "3D000", "42501", "42601", "42602",
              "42704", "54000", "55P02"}  # fmt: skip
"""What bad messages and start-ups with settings that cannot be are answered with."""

SSL, GSSENC, CANCEL = 80877103, 80877104, 80877102
_LIES = (-1, 0, 1, 3, 4, 5, 255, 10_000, 10_001, 65_535, 2**30 - 1, 2**30, 2**31 - 1, -(2**31))
_TYPES = b"QPBDECSHXFdcfp"
_COPY = "COPY t FROM STDIN"
_TEXTS = ("SELECT 1", "BEGIN", "COMMIT", "ROLLBACK", "", ";;", "SELECT $1", "rows", "SELEKT",
          "é" * 50)  # fmt: skip
_NAMES = ("", "s", "p", "a name", "x" * 70)


def startups(random: Random) -> bytes:
    """A start-up that mostly leads to a session."""
    ann = startup({"user": "hookwire", "database": "hookwire"})
    return random.choices(
        (
            ann,
            pack("!ii", 8, SSL) + ann,
            pack("!ii", 8, GSSENC) + pack("!ii", 8, SSL) + ann,
            pack("!ii", 8, SSL) * 2,
            startup({"user": "hookwire", "database": "hookwire", "_pq_.x": "1"}, 3 << 16 | 9),
            startup({"user": "hookwire", "database": "hookwire", "options": "-c a"}),
            startup({"user": "hookwire", "database": "nowhere"}),
            startup({}),
            startup({"user": "hookwire"}, 2 << 16),
            pack("!iiii", 16, CANCEL, 1, random.getrandbits(31)),
            pack("!ii", 8, CANCEL),
            b"\x16\x03\x01" + random.randbytes(60),
            pack("!i", random.choice(_LIES)) + random.randbytes(20),
            damaged(random, ann),
            random.randbytes(random.randrange(40)),
        ),
        weights=(60, 10, 5, 1, 5, 1, 1, 1, 1, 2, 1, 1, 2, 4, 2),
    )[0]


def _parse(random: Random) -> bytes:
    oids = [random.choice((0, 16, 23, 25, 999_999)) for _ in range(random.choice((0, 0, 1, 3)))]
    return parse(random.choice(_NAMES), random.choice(_TEXTS), oids)


def _bind(random: Random) -> bytes:
    count = random.choice((0, 0, 1, 2, 40))
    values = [random.choice((None, "1", "abc")) for _ in range(count)]
    return bind(random.choice(_NAMES), random.choice(_NAMES), values)


def _copying(random: Random) -> bytes:
    """A COPY, its data and its end, one of which may be missing."""
    data = [copy_data("1\t2\n" * random.randrange(9)) for _ in range(random.randrange(4))]
    end = random.choice((copy_done(), copy_fail("no more"), copy_done() * 2, copy_done(), b""))
    begin = query(_COPY) if random.random() < 0.9 else flush()
    return begin + b"".join(data) + end


_MESSAGES: tuple[Callable[[Random], bytes], ...] = (
    lambda random: query(random.choice(_TEXTS)),
    _parse,
    _bind,
    lambda random: execute(random.choice(_NAMES), random.choice((0, 1, 5, -1))),
    lambda random: describe(random.choice("SP"), random.choice(_NAMES)),
    lambda random: close(random.choice("SP"), random.choice(_NAMES)),
    lambda random: sync(),
    lambda random: sync(),
    lambda random: flush(),
    _copying,
)


def damaged(random: Random, message: bytes) -> bytes:
    """The message with one thing wrong."""
    at = random.randrange(len(message))
    match random.randrange(8):
        case 0:  # its length lies
            return message[:1] + pack("!i", random.choice(_LIES)) + message[5:]
        case 1:  # its length is right for what it now is
            rest = message[5:at] + random.randbytes(random.randrange(8))
            return message[:1] + pack("!i", len(rest) + 4) + rest
        case 2:  # it is of another type
            return bytes([random.choice(_TYPES)]) + message[1:]
        case 3:  # a count in it lies
            return message[:at] + pack("!H", random.choice((0, 1, 255, 65_535))) + message[at + 2 :]
        case 4:  # a bit is flipped
            return (
                message[:at] + bytes([message[at] ^ 1 << random.randrange(8)]) + message[at + 1 :]
            )
        case 5:  # it ends early
            return message[:at]
        case 6:  # what ends a text is gone
            return message[:5] + message[5:].replace(b"\0", b"\x01", 1)
        case _:  # a text in it is not UTF-8
            return message[:5] + message[5:].replace(b"S", b"\xff", 1)


def message(random: Random) -> bytes:
    made = random.choice(_MESSAGES)(random)
    chance = random.random()
    if chance < 0.02:
        return damaged(random, made)
    if chance < 0.0205:
        return random.randbytes(random.randrange(60))
    if chance < 0.021:
        return terminate()
    return made


def stream(random: Random, messages: int) -> bytes:
    """A start-up and `messages` messages."""
    return startups(random) + b"".join(message(random) for _ in range(messages))


def pieces(random: Random, data: bytes) -> Iterator[bytes]:
    """The stream as it might arrive: byte by byte, in packets, or at once."""
    least, most = random.choice(((1, 1), (1, 7), (1, 200), (1000, 70_000)))
    at = 0
    while at < len(data):
        size = random.randint(least, most)
        yield data[at : at + size]
        at += size
