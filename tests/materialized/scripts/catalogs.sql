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
CREATE MATERIALIZED VIEW o AS SELECT a FROM v
SELECT i.relname, am.amname, x.indisunique, array_to_string(array_agg(a.attname), ',') FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am am ON am.oid = i.relam JOIN pg_class r ON r.oid = x.indrelid JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = ANY (x.indkey) WHERE r.relname = 'm' AND n.nspname = 'public' AND r.relkind IN ('r', 'm') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
SELECT DISTINCT reader.relname, reader.relkind, read.relname, read.relkind FROM pg_rewrite w JOIN pg_class reader ON reader.oid = w.ev_class JOIN pg_depend d ON d.objid = w.oid JOIN pg_class read ON read.oid = d.refobjid WHERE reader.relname IN ('m', 'o', 'v') AND read.relname <> reader.relname AND read.relkind <> 'r' ORDER BY 1, 3
SELECT c.relname, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'BASE TABLE' END, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = 0 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'f', 'p', 'm') AND c.relpersistence = 'p' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, a.attnum
SELECT matviewname AS table_name, 'materialized_view' AS table_type FROM pg_matviews WHERE schemaname = 'public' UNION ALL SELECT viewname, 'view' FROM pg_views WHERE schemaname = 'public' UNION ALL SELECT tablename, 'table' FROM pg_tables WHERE schemaname = 'public' ORDER BY 1
SELECT pg_get_viewdef('m'::regclass) IS NOT NULL, pg_relation_is_updatable('m'::regclass, false)
