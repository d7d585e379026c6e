"""System relations: pg_catalog, information_schema, mz_catalog and hookwire, as Arrow tables.

A system relation is a declaration (schema, name, columns) and a builder from a View, which holds
everything that a builder may look at. Nothing is stored: a session registers the tables that a
statement reads on its own cursor, as TEMP views named "schema.relation", and refers to them as
`temp.main."schema.relation"`. Thus a session sees its own uncommitted changes.

    values        declarations and the View       facts, data/   what PostgreSQL has built in
    plain         what DuckDB says of tables      model          every relation in one form
    pg_*, is_*, information_schema, own           the builders
    registry      find and build, with the cache  helpers        relations for our functions only
    functions*    pg_get_*, *_is_visible, reg*, has_*_privilege ...

Representation: an oid, xid or reg* column is a BIGINT that holds the OID; name, "char" and node
trees are text; int2vector and oidvector are lists.
"""
