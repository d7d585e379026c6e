CREATE ROLE {}ann LOGIN
CREATE SCHEMA {}s
CREATE TABLE {}s.t (a int primary key, b int)
GRANT USAGE ON SCHEMA {}s TO {}ann
{}ann: INSERT INTO {}s.t VALUES (1, 1)
GRANT INSERT ON {}s.t TO {}ann
{}ann: INSERT INTO {}s.t VALUES (1, 1)
{}ann: INSERT INTO {}s.t VALUES (2, 1) RETURNING a
{}ann: INSERT INTO {}s.t VALUES (1, 1) ON CONFLICT DO NOTHING
{}ann: INSERT INTO {}s.t VALUES (1, 1) ON CONFLICT (a) DO UPDATE SET b = 5
{}ann: UPDATE {}s.t SET b = 2
GRANT UPDATE ON {}s.t TO {}ann
{}ann: UPDATE {}s.t SET b = 2
{}ann: UPDATE {}s.t SET b = b + 1
{}ann: UPDATE {}s.t SET b = 2 WHERE a = 1
{}ann: DELETE FROM {}s.t
GRANT DELETE ON {}s.t TO {}ann
{}ann: DELETE FROM {}s.t WHERE a = 1
{}ann: DELETE FROM {}s.t
{}ann: TRUNCATE {}s.t
GRANT TRUNCATE, SELECT ON TABLE {}s.t TO {}ann
{}ann: TRUNCATE {}s.t
{}ann: INSERT INTO {}s.t VALUES (2, 1) RETURNING a
{}ann: UPDATE {}s.t SET b = b + 1 WHERE a = 2 RETURNING b
{}ann: WITH d AS (DELETE FROM {}s.t RETURNING a) SELECT a FROM d
{}ann: ALTER TABLE {}s.t ADD COLUMN c int
{}ann: ALTER TABLE {}s.t RENAME TO u
{}ann: CREATE INDEX ON {}s.t (b)
{}ann: DROP TABLE {}s.t
{}ann: COMMENT ON TABLE {}s.t IS 'x'
ALTER TABLE {}s.t OWNER TO {}ann
{}ann: ALTER TABLE {}s.t ADD COLUMN c int
{}ann: COMMENT ON TABLE {}s.t IS 'x'
{}ann: CREATE TABLE {}s.mine (a int)
GRANT CREATE ON SCHEMA {}s TO {}ann
{}ann: CREATE TABLE {}s.mine (a int)
{}ann: CREATE VIEW {}s.v AS SELECT * FROM {}s.mine
{}ann: DROP SCHEMA {}s
{}ann: ALTER SCHEMA {}s RENAME TO {}x
{}ann: CREATE SCHEMA {}other
GRANT CREATE ON DATABASE {db} TO {}ann
{}ann: CREATE SCHEMA {}other
{}ann: CREATE TABLE {}other.t (a int)
{}ann: DROP SCHEMA {}other CASCADE
{}ann: CREATE SEQUENCE {}s.seq
{}ann: SELECT nextval('{}s.seq')
ALTER SEQUENCE {}s.seq OWNER TO {me}
{}ann: SELECT nextval('{}s.seq')
GRANT USAGE ON SEQUENCE {}s.seq TO {}ann
{}ann: SELECT nextval('{}s.seq')
{}ann: SELECT setval('{}s.seq', 5)
{}ann: DROP SEQUENCE {}s.seq
{}ann: CREATE TABLE public.{}t (a int)
{}ann: DROP VIEW {}s.v
REASSIGN OWNED BY {}ann TO {me}
{}ann: DROP TABLE {}s.mine
DROP ROLE {}ann
DROP OWNED BY {}ann
DROP ROLE {}ann
DROP SCHEMA {}s CASCADE
