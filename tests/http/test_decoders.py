"""Every content coding: whole, in pieces, cut short, broken, and bombs in bounded steps."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from hookwire_http.decoders import STEP, decoder_for
from hookwire_http.responses import RefusedError

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
BODIES = [b"", b"{}", b"hookwire " * 100_000, os.urandom(300_000)]


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("size", [1000, 1 << 20])
def test_bodies_come_back_whole(coding: str, size: int) -> None:
    for body in BODIES:
        sent = ENCODERS[coding](body)
        decoder = decoder_for(coding)
        pieces = [p for i in range(0, len(sent), size) for p in decoder.feed(sent[i : i + size])]
        decoder.finish()
        assert b"".join(pieces) == body


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_bomb_comes_in_bounded_steps(coding: str) -> None:
    decoder = decoder_for(coding)
    sizes = [len(piece) for piece in decoder.feed(ENCODERS[coding](bytes(20_000_000)))]
    assert sum(sizes) == 20_000_000
    assert max(sizes) <= STEP + 640 * 1024


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("cut", [1, 5])
def test_a_truncated_body_is_400(coding: str, cut: int) -> None:
    decoder = decoder_for(coding)
    with pytest.raises(RefusedError) as refused:
        list(decoder.feed(ENCODERS[coding](b"hookwire " * 1000)[:-cut]))
        decoder.finish()
    assert refused.value.refusal.status == 400


@pytest.mark.parametrize("coding", ENCODERS)
def test_a_broken_body_is_400(coding: str) -> None:
    decoder = decoder_for(coding)
    with pytest.raises(RefusedError) as refused:
        list(decoder.feed(b"\xff" * 64))
        decoder.finish()
    assert refused.value.refusal.status == 400


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_bytes_after_the_end(coding: str) -> None:
    decoder = decoder_for(coding)
    with pytest.raises(RefusedError) as refused:
        list(decoder.feed(ENCODERS[coding](b"{}") + b"trailing garbage"))
        decoder.finish()
    assert refused.value.refusal.status == 400


def test_frames_of_zstd_one_after_another() -> None:
    decoder = decoder_for("zstd")
    sent = zstandard.compress(b"a") + zstandard.compress(b"b")
    assert b"".join(decoder.feed(sent)) == b"ab"
    decoder.finish()
