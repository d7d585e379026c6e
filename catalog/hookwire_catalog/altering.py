"""ALTER SOURCE: what changes of a source besides its name."""

from __future__ import annotations

import dataclasses

from hookwire_catalog.edits import Context, Edit, check_kind
from hookwire_catalog.errors import UndefinedObject
from hookwire_catalog.notices import notice
from hookwire_catalog.objects import WebhookSource
from hookwire_catalog.secrets import validation_of
from hookwire_catalog.snapshot import Snapshot
from hookwire_catalog.statements import QualifiedName, SetValidation


def set_validation(snapshot: Snapshot, statement: SetValidation, context: Context) -> Edit:
    source = source_named(snapshot, statement.name, context, if_exists=statement.if_exists)
    if isinstance(source, Edit):
        return source
    if statement.validation is None and source.validation is None:
        raise UndefinedObject(
            f'source "{statement.name}" has no check', position=statement.name.position
        )
    validation = validation_of(snapshot, statement.validation, context)
    return Edit(replaced=((source, dataclasses.replace(source, validation=validation)),))


def source_named(
    snapshot: Snapshot, name: QualifiedName, context: Context, *, if_exists: bool
) -> WebhookSource | Edit:
    """The source that an ALTER names, or the notice that there is none."""
    if if_exists and snapshot.lookup(name.parts, context.search_path) is None:
        return Edit(notices=(notice(f'relation "{name}" does not exist, skipping'),))
    found = snapshot.resolve(name.parts, context.search_path, position=name.position)
    check_kind(found, "source")
    assert isinstance(found, WebhookSource)
    return found
