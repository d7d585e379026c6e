"""What a type's codec is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from hookwire_catalog.errors import UndefinedFunction
from hookwire_catalog.types import PgType
from hookwire_pgwire.values.cells import Array, Cells, from_values
from hookwire_pgwire.values.plain import plain
from hookwire_pgwire.values.rendering import Rendering

Values: TypeAlias = Sequence[bytes | None]
Narrow: TypeAlias = Callable[[Array, Rendering], Values]
"""Plain Python, for few values: a value each."""

Wide: TypeAlias = Callable[[Array, Rendering], Cells]
"""Vectorised, for many values. Gives the same bytes as its narrow twin."""


@dataclass(frozen=True, slots=True)
class Output:
    """One type in one format. Without `wide`, the narrow way is used for many values too."""

    narrow: Narrow
    wide: Wide | None = None


@dataclass(frozen=True, slots=True)
class Codec:
    """`parse` reads the text form, `unpack` the binary form.

    `binary` and `unpack` are None for types whose binary form is not spoken here.
    """

    text: Output
    binary: Output | None
    parse: Callable[[str, Rendering], object]
    unpack: Callable[[bytes], object] | None


def no_binary_output(type: PgType) -> UndefinedFunction:
    return UndefinedFunction(f"no binary output function available for type {type.display}")


def no_binary_input(type: PgType) -> UndefinedFunction:
    return UndefinedFunction(f"no binary input function available for type {type.display}")


def narrow_values(output: Output, array: Array, rendering: Rendering) -> Values:
    """The values of a column, one by one. A column of NULLs may be of any Arrow type."""
    array = plain(array)
    if array.null_count == len(array):
        return [None] * len(array)
    return output.narrow(array, rendering)


def wide_cells(output: Output, array: Array, rendering: Rendering) -> Cells:
    """The values of a column, vectorised if the type has a way."""
    array = plain(array)
    if array.null_count == len(array):
        return Cells(len(array), np.full(len(array), -1), np.zeros(len(array), "V1"))
    if output.wide is None:
        return from_values(output.narrow(array, rendering))
    return output.wide(array, rendering)
