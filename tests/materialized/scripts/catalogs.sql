CREATE TABLE t (a int, b text)
CREATE MATERIALIZED VIEW m AS SELECT a, b, a::bigint AS c FROM t
CREATE MATERIALIZED VIEW blank AS SELECT a FROM t WITH NO DATA
CREATE VIEW v AS SELECT a FROM m
SELECT schemaname, matviewname, tablespace, hasindexes, ispopulated FROM pg_matviews ORDER BY 2
SELECT relname, relkind, relam, relnatts, relhasrules, relhasindex, relispopulated, relpersistence, relreplident FROM pg_class WHERE relname IN ('m', 'blank', 'v') ORDER BY 1
SELECT attname, atttypid::regtype, attnum, attnotnull, atttypmod FROM pg_attribute WHERE attrelid = 'm'::regclass AND attnum > 0 ORDER BY attnum
SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
SELECT table_name FROM information_schema.views WHERE table_schema = 'public' ORDER BY 1
SELECT DISTINCT table_name FROM information_schema.table_privileges WHERE table_schema = 'public' ORDER BY 1
SELECT view_name, table_name FROM information_schema.view_table_usage WHERE view_schema = 'public' ORDER BY 1, 2
SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1
SELECT viewname FROM pg_views WHERE schemaname = 'public' ORDER BY 1
SELECT typname, typtype FROM pg_type WHERE typname IN ('m', '_m') ORDER BY 1
SELECT rulename, ev_type, ev_enabled, is_instead FROM pg_rewrite WHERE ev_class = 'm'::regclass
SELECT 'm'::regclass, to_regclass('blank'), pg_table_is_visible('m'::regclass)
SELECT c.relname, d.deptype FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class WHERE d.refobjid = 'm'::regclass AND c.relname = 'v' ORDER BY 1, 2
SELECT n.nspname, c.relname, CASE c.relkind WHEN 'm' THEN 'materialized view' END FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam WHERE c.relkind IN ('m', '') AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1, 2
SELECT 'm' AS database, matviewname AS name, schemaname AS schema, 'materialized_view' AS type FROM pg_matviews WHERE schemaname ILIKE 'public' ORDER BY 2
SELECT has_table_privilege('m', 'SELECT'), has_table_privilege('m', 'INSERT')
