"""The Catalog: a snapshot that statements can be applied to.

`apply` computes and never touches a disk: it gives the next Catalog and what differs, for the
engine to persist in the transaction of the statement and to publish when that commits. A failed
statement leaves the Catalog as it was, since nothing is ever changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hookwire_catalog import (
    altering,
    creating,
    dropping,
    grants,
    materialized,
    memberships,
    ownership,
    permissions,
    renaming,
    role_changes,
    secrets,
)
from hookwire_catalog.edits import Context, Edit, Seal, no_key, no_verifier
from hookwire_catalog.names import DEFAULT_SCHEMA, ObjectName
from hookwire_catalog.notices import Notice
from hookwire_catalog.objects import OWNER
from hookwire_catalog.role_statements import (
    AlterOwner,
    AlterRole,
    AlterRoleSetting,
    CreateRole,
    DropOwned,
    DropRoles,
    Grant,
    GrantRole,
    ReassignOwned,
    RenameRole,
)
from hookwire_catalog.snapshot import PlainKey, Snapshot, Stored
from hookwire_catalog.statements import (
    AlterSecret,
    AlterSourceOptions,
    CatalogStatement,
    CommentOn,
    CreateSchema,
    CreateSecret,
    CreateView,
    CreateWebhookSource,
    DropRelations,
    DropSchema,
    DropSecrets,
    PauseSource,
    RefreshView,
    RenameRelation,
    RenameSchema,
    RenameSecret,
    SetRelationSchema,
    SetValidation,
    SwapSchemas,
)
from hookwire_catalog.types import Column


@dataclass(frozen=True, slots=True)
class Catalog(Snapshot):
    """What exists. See Snapshot for the lookups."""

    def apply(
        self,
        statement: CatalogStatement,
        *,
        new_external_id: Callable[[], str],
        search_path: Sequence[str] = (DEFAULT_SCHEMA,),
        columns: tuple[Column, ...] = (),
        depends_on: frozenset[int] = frozenset(),
        find_table: Callable[[tuple[str, ...]], ObjectName | None] = lambda parts: None,
        seal: Seal = no_key,
        now_us: int | None = None,
        role: int = OWNER,
        session_role: int = OWNER,
        verifier: Callable[[str], str] = no_verifier,
        plain: Callable[[], Sequence[PlainKey]] = tuple,
    ) -> Change:
        """What `statement` makes of this Catalog; raises SqlError and changes nothing.

        `columns` and `depends_on` are for CREATE [MATERIALIZED] VIEW: what its query yields, with
        the query's own column names, and the ids of the objects it reads; `find_table` the full
        name of a plain table, which the catalog does not hold. `seal` encrypts the value of a
        secret, `now_us` is the time of its CREATE. `role` must have the rights that PostgreSQL asks
        for; the rest is as in Context.
        """
        context = Context(
            search_path, new_external_id, columns, depends_on, find_table, seal, now_us,
            role, session_role, verifier, plain,
        )  # fmt: skip
        permissions.check(self, statement, context)
        edit = _edit(self, statement, context)
        after = self
        if edit.added or edit.removed or edit.replaced:
            after = self.changed(removed=edit.removed, replaced=edit.replaced, added=edit.added)
        return Change(
            after, edit.added, edit.removed, edit.replaced, edit.notices, edit.cascade,
            edit.dropped,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """The Catalog after a statement, and what differs from the one before.

    `replaced` holds (old, new) pairs of one id. `removed` lists dependents after what they depend
    on. `dropped` are plain objects that go with DROP OWNED.
    `cascade` is what DROP said: without it a schema must also be empty of plain tables, which
    the catalog does not know. A Change with nothing in it (IF EXISTS) keeps the same Catalog.
    """

    catalog: Catalog
    added: tuple[Stored, ...] = ()
    removed: tuple[Stored, ...] = ()
    replaced: tuple[tuple[Stored, Stored], ...] = ()
    notices: tuple[Notice, ...] = ()
    cascade: bool = False
    dropped: tuple[PlainKey, ...] = ()


def _edit(catalog: Catalog, statement: CatalogStatement, context: Context) -> Edit:
    match statement:
        case CreateWebhookSource():
            return creating.create_source(catalog, statement, context)
        case CreateView():
            return creating.create_view(catalog, statement, context)
        case RefreshView():
            return materialized.refresh(catalog, statement, context)
        case CreateSchema():
            return creating.create_schema(catalog, statement, context)
        case CommentOn():
            return creating.comment_on(catalog, statement, context)
        case DropRelations():
            return dropping.drop_relations(catalog, statement, context)
        case DropSchema():
            return dropping.drop_schemas(catalog, statement, context)
        case RenameRelation():
            return renaming.rename_relation(catalog, statement, context)
        case SetRelationSchema():
            return renaming.set_relation_schema(catalog, statement, context)
        case AlterSourceOptions():
            return altering.set_options(catalog, statement, context)
        case PauseSource():
            return altering.pause(catalog, statement, context)
        case RenameSchema():
            return renaming.rename_schema(catalog, statement, context)
        case SwapSchemas():
            return renaming.swap_schemas(catalog, statement, context)
        case SetValidation():
            return altering.set_validation(catalog, statement, context)
        case CreateSecret():
            return secrets.create_secret(catalog, statement, context)
        case AlterSecret():
            return secrets.alter_secret(catalog, statement, context)
        case RenameSecret():
            return secrets.rename_secret(catalog, statement, context)
        case DropSecrets():
            return dropping.drop_secrets(catalog, statement, context)
        case CreateRole() | AlterRole() | AlterRoleSetting() | RenameRole() | DropRoles():
            return role_changes.edit(catalog, statement, context)
        case GrantRole():
            return memberships.grant_role(catalog, statement, context)
        case Grant():
            return grants.grant(catalog, statement, context)
        case AlterOwner():
            return ownership.alter_owner(catalog, statement, context)
        case DropOwned():
            return ownership.drop_owned(catalog, statement, context)
        case ReassignOwned():
            return ownership.reassign_owned(catalog, statement, context)
