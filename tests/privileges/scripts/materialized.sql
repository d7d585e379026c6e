CREATE ROLE {}ann LOGIN
CREATE ROLE {}bob LOGIN
CREATE ROLE {}cat LOGIN
CREATE SCHEMA {}s
GRANT USAGE, CREATE ON SCHEMA {}s TO {}ann
GRANT USAGE ON SCHEMA {}s TO {}bob, {}cat
CREATE TABLE {}s.t (a int)
INSERT INTO {}s.t VALUES (1), (2)
{}ann: CREATE MATERIALIZED VIEW {}s.m AS SELECT a FROM {}s.t
{}ann: CREATE MATERIALIZED VIEW {}s.m AS SELECT a FROM {}s.t WITH NO DATA
{}ann: SELECT * FROM {}s.m
{}ann: REFRESH MATERIALIZED VIEW {}s.m
GRANT SELECT ON {}s.t TO {}ann
{}ann: REFRESH MATERIALIZED VIEW {}s.m
{}ann: SELECT * FROM {}s.m ORDER BY a
{}bob: SELECT * FROM {}s.m
{}bob: SELECT count(*) FROM {}s.m
{}ann: GRANT SELECT ON {}s.m TO {}bob
{}bob: SELECT * FROM {}s.m ORDER BY a
{}bob: SELECT * FROM {}s.t
{}bob: REFRESH MATERIALIZED VIEW {}s.m
{}bob: DROP MATERIALIZED VIEW {}s.m
{}bob: ALTER MATERIALIZED VIEW {}s.m RENAME TO n
{}bob: COMMENT ON MATERIALIZED VIEW {}s.m IS 'no'
{}bob: CREATE MATERIALIZED VIEW {}s.mine AS SELECT 1 AS x
{}bob: SELECT has_table_privilege('{}s.m', 'SELECT'), has_table_privilege('{}s.m', 'DELETE')
REVOKE SELECT ON {}s.t FROM {}ann
{}ann: REFRESH MATERIALIZED VIEW {}s.m
REFRESH MATERIALIZED VIEW {}s.m
{}bob: SELECT * FROM {}s.m ORDER BY a
{}ann: ALTER MATERIALIZED VIEW {}s.m OWNER TO {}bob
ALTER MATERIALIZED VIEW {}s.m OWNER TO {}bob
SELECT matviewowner FROM pg_matviews WHERE schemaname = '{}s'
GRANT SELECT ON {}s.t TO {}bob
REFRESH MATERIALIZED VIEW {}s.m
{}ann: REFRESH MATERIALIZED VIEW {}s.m
{}bob: CREATE MATERIALIZED VIEW IF NOT EXISTS {}s.m AS SELECT 1 AS x
SELECT relacl::text FROM pg_class WHERE relname = 'm' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = '{}s')
REASSIGN OWNED BY {}bob TO {}cat
{}cat: SELECT count(*) FROM {}s.m
DROP OWNED BY {}cat
SELECT count(*) FROM pg_matviews WHERE schemaname = '{}s'
{}bob: DROP SCHEMA {}s CASCADE
DROP SCHEMA {}s CASCADE
DROP OWNED BY {}ann, {}bob, {}cat
DROP ROLE {}ann, {}bob, {}cat
