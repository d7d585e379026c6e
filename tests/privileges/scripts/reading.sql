CREATE ROLE {}ann LOGIN
CREATE ROLE {}bob LOGIN
CREATE ROLE {}readers
CREATE SCHEMA {}s
CREATE TABLE {}s.t (a int, b text)
INSERT INTO {}s.t VALUES (1, 'x')
CREATE VIEW {}s.v AS SELECT a FROM {}s.t
{}ann: SELECT * FROM {}s.t
GRANT USAGE ON SCHEMA {}s TO {}ann
{}ann: SELECT * FROM {}s.t
{}ann: SELECT * FROM {}s.v
{}ann: SELECT count(*) FROM {}s.t
{}ann: TABLE {}s.t
{}ann: EXPLAIN SELECT * FROM {}s.t
{}ann: WITH q AS (SELECT * FROM {}s.t) SELECT 1 FROM q
{}ann: SELECT 1 WHERE EXISTS (SELECT 1 FROM {}s.t)
{}ann: SELECT (SELECT a FROM {}s.t)
{}ann: SELECT * FROM (VALUES (1)) AS x(a) WHERE a IN (SELECT a FROM {}s.t)
{}ann: CREATE TEMPORARY TABLE c AS SELECT * FROM {}s.t
{}ann: PREPARE p AS SELECT 1
{}ann: DECLARE cur CURSOR WITH HOLD FOR SELECT * FROM {}s.t
GRANT SELECT ON {}s.v TO {}ann
{}ann: SELECT * FROM {}s.v
{}ann: SELECT * FROM {}s.t
GRANT SELECT ON {}s.t TO {}readers
GRANT {}readers TO {}bob
{}bob: SELECT * FROM {}s.t
GRANT USAGE ON SCHEMA {}s TO PUBLIC
{}bob: SELECT * FROM {}s.t
{}bob: SELECT * FROM {}s.v
REVOKE {}readers FROM {}bob
{}bob: SELECT * FROM {}s.t
GRANT SELECT ON ALL TABLES IN SCHEMA {}s TO {}bob
{}bob: SELECT * FROM {}s.t
{}bob: SELECT * FROM {}s.v
REVOKE ALL ON {}s.t FROM {}bob
{}bob: SELECT * FROM {}s.t
GRANT pg_read_all_data TO {}bob
{}bob: SELECT * FROM {}s.t
REVOKE pg_read_all_data FROM {}bob
REVOKE USAGE ON SCHEMA {}s FROM PUBLIC
{}bob: SELECT * FROM {}s.v
DROP ROLE {}ann
DROP OWNED BY {}ann, {}bob, {}readers
DROP ROLE {}ann, {}bob, {}readers
DROP SCHEMA {}s CASCADE
