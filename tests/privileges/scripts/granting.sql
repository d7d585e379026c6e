CREATE ROLE {}ann LOGIN
CREATE ROLE {}bob LOGIN
CREATE ROLE {}cat LOGIN
CREATE SCHEMA {}s
GRANT USAGE ON SCHEMA {}s TO PUBLIC
CREATE TABLE {}s.t (a int)
{}ann: GRANT SELECT ON {}s.t TO {}bob
GRANT SELECT ON {}s.t TO {}ann
{}ann: GRANT SELECT ON {}s.t TO {}bob
GRANT SELECT ON {}s.t TO {}ann WITH GRANT OPTION
{}ann: GRANT SELECT ON {}s.t TO {}bob WITH GRANT OPTION
{}ann: GRANT INSERT ON {}s.t TO {}bob
{}ann: GRANT SELECT, INSERT ON {}s.t TO {}bob
{}bob: GRANT SELECT ON {}s.t TO {}cat
{}cat: SELECT * FROM {}s.t
{}bob: GRANT SELECT ON {}s.t TO {}ann WITH GRANT OPTION
REVOKE GRANT OPTION FOR SELECT ON {}s.t FROM {}ann
REVOKE SELECT ON {}s.t FROM {}ann
SELECT relacl::text FROM pg_class WHERE relname = 't' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = '{}s')
REVOKE SELECT ON {}s.t FROM {}ann CASCADE
{}cat: SELECT * FROM {}s.t
GRANT SELECT ON {}s.t TO PUBLIC WITH GRANT OPTION
GRANT SELECT ON {}s.t TO {}nobody
GRANT SELECT ON {}s.nothing TO {}ann
GRANT SELECT ON {}none.t TO {}ann
GRANT FLY ON {}s.t TO {}ann
GRANT USAGE ON TABLE {}s.t TO {}ann
GRANT SELECT ON SCHEMA {}s TO {}ann
GRANT USAGE ON SCHEMA {}none TO {}ann
GRANT CONNECT ON DATABASE {}none TO {}ann
GRANT ALL PRIVILEGES ON {}s.t TO {}ann
REVOKE ALL ON {}s.t FROM {}ann
REVOKE ALL ON {}s.t FROM {}ann
GRANT SELECT, UPDATE ON {}s.t TO {}ann, PUBLIC
SELECT relacl::text FROM pg_class WHERE relname = 't' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = '{}s')
SELECT has_table_privilege('{}ann', '{}s.t', 'SELECT'), has_table_privilege('{}bob', '{}s.t', 'INSERT')
SELECT has_schema_privilege('{}ann', '{}s', 'USAGE'), has_schema_privilege('{}ann', '{}s', 'CREATE')
SELECT nspacl::text FROM pg_namespace WHERE nspname = '{}s'
{}ann: SELECT has_table_privilege('{}s.t', 'DELETE'), has_table_privilege('{}s.t', 'UPDATE')
DROP OWNED BY {}ann, {}bob, {}cat
DROP ROLE {}ann, {}bob, {}cat
DROP SCHEMA {}s CASCADE
