"""What builders share: registering one for a relation, and access to the model of a View."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from hookwire_engine.system import arrow
from hookwire_engine.system.facts import declared
from hookwire_engine.system.model import Model, build_model
from hookwire_engine.system.values import Depends, PlainObjects, SystemName, View

Build = Callable[[View], pa.Table]

PG = "pg_catalog"
IS = "information_schema"

_MODELS: list[Model] = []
_KEPT_MODELS = 4


def model_of(view: View) -> Model:
    """The model of a View; the last few are kept, since many relations are built from one."""
    for model in tuple(_MODELS):
        if model.catalog is view.catalog and same_plain(model.plain, view.plain):
            return model
    model = build_model(view.catalog, view.plain)
    _MODELS.insert(0, model)
    del _MODELS[_KEPT_MODELS:]
    return model


def same_plain(one: PlainObjects, other: PlainObjects) -> bool:
    return one is other or one == other


def table(schema: str, name: str, count: int, /, **values: Any) -> pa.Table:
    """The table of a declared relation; see arrow.table."""
    return arrow.table(declared()[schema, name].columns, count, values)


class Builders:
    """Builders by relation; each module of builders fills one."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.found: dict[SystemName, tuple[Depends, Build]] = {}

    def relation(self, name: str, depends: Depends) -> Callable[[Build], Build]:
        """Marks the builder of `name`."""

        def mark(build: Build) -> Build:
            self.found[self.schema, name] = depends, build
            return build

        return mark
