-- postgres_fdw and dblink: psql -f on PostgreSQL, :host and :port say which server is far.
\set ON_ERROR_STOP 0
\set VERBOSITY verbose
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE EXTENSION IF NOT EXISTS dblink;
CREATE SCHEMA far;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw
    OPTIONS (host :'host', port :'port', dbname 'hookwire', extensions 'hstore');
CREATE USER MAPPING FOR hookwire SERVER far OPTIONS (user 'hookwire', password_required 'false');
\set far 'host=' :host ' port=' :port ' dbname=hookwire user=hookwire'

\echo == IMPORT FOREIGN SCHEMA
IMPORT FOREIGN SCHEMA shop FROM SERVER far INTO far;
SELECT table_name, column_name, data_type, udt_name, is_nullable
FROM information_schema.columns WHERE table_schema = 'far' ORDER BY table_name, ordinal_position;

\echo == reading
SELECT * FROM far.customers ORDER BY id;
SELECT * FROM far.orders ORDER BY id;
SELECT body, headers, kind FROM far.events WHERE kind = 'push' ORDER BY body->>'n';
SELECT headers->'x-tag', body->'user'->>'login' FROM far.events WHERE body->>'n' = '2';
SELECT count(*), max(placed_at) FROM far.orders WHERE placed_at < '2026-06-01' AND note LIKE 'f%';
SELECT * FROM far.totals ORDER BY customer_id DESC LIMIT 1;

\echo == joins and aggregates
EXPLAIN (VERBOSE, COSTS OFF) SELECT kind, count(*) FROM far.events GROUP BY kind;
SELECT kind, count(*) FROM far.events GROUP BY kind ORDER BY kind;
EXPLAIN (VERBOSE, COSTS OFF) SELECT c.name, o.amount FROM far.orders o JOIN far.customers c ON c.id = o.customer_id;
SELECT c.name, sum(o.amount) FROM far.orders o JOIN far.customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 1;
SELECT c.name, count(*) FROM far.orders o JOIN shop.customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 1;

\echo == writing
BEGIN;
INSERT INTO far.lines VALUES (93, 1, 'fdw', 5), (93, 2, 'x', 6);
SELECT count(*) FROM far.lines WHERE order_id = 93;
ROLLBACK;
SELECT count(*) FROM far.lines WHERE order_id = 93;
INSERT INTO far.lines VALUES (92, 1, 'fdw', 5) RETURNING *;
UPDATE far.lines SET quantity = quantity + 1 WHERE order_id = 92;
SELECT quantity FROM far.lines WHERE order_id = 92;
DELETE FROM far.lines WHERE order_id = 92;
ANALYZE far.customers;

\echo == dblink
SELECT * FROM dblink(:'far', 'SELECT kind, count(*) FROM shop.events GROUP BY kind ORDER BY kind')
    AS t(kind text, n bigint);
SELECT dblink_connect('far', :'far');
SELECT dblink_open('far', 'c', 'SELECT id, name FROM shop.customers ORDER BY id');
SELECT * FROM dblink_fetch('far', 'c', 2) AS t(id int, name text);
SELECT * FROM dblink_fetch('far', 'c', 2) AS t(id int, name text);
SELECT dblink_close('far', 'c');
SELECT dblink_exec('far', 'CREATE TABLE shop.by_dblink (id int)');
SELECT dblink_exec('far', 'DROP TABLE shop.by_dblink');
SELECT dblink_send_query('far', 'SELECT 42 AS answer');
SELECT * FROM dblink_get_result('far') AS t(answer int);
SELECT * FROM dblink_get_result('far') AS t(answer int);
SELECT dblink_disconnect('far');

\echo == the end
DROP SERVER far CASCADE;
DROP SCHEMA far CASCADE;
SELECT 'over';
