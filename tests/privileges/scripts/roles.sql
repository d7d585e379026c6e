CREATE ROLE {}a
CREATE ROLE {}a
CREATE ROLE pg_{}a
CREATE ROLE public
CREATE ROLE none
CREATE ROLE current_user
CREATE USER {}u CREATEROLE CONNECTION LIMIT 5 VALID UNTIL '2030-01-02 03:04:05+00'
CREATE ROLE {}b NOLOGIN SUPERUSER CREATEDB REPLICATION BYPASSRLS NOINHERIT
CREATE ROLE {}c LOGIN NOLOGIN
CREATE ROLE {}c CONNECTION LIMIT -2
CREATE ROLE {}c FLY
CREATE ROLE {}c VALID UNTIL 'soon'
CREATE ROLE {}c IN ROLE {}a ROLE {}b
SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil FROM pg_roles WHERE rolname LIKE '{}%' ORDER BY 1
ALTER ROLE {}u NOCREATEROLE CONNECTION LIMIT -1 VALID UNTIL 'infinity'
ALTER ROLE {}none LOGIN
ALTER ROLE {}u SET search_path = '{}x'
ALTER ROLE {}u SET nonsense.x = 'y'
ALTER ROLE {}u SET no_such_thing = 1
ALTER ROLE {}u SET work_mem = 'x'
ALTER ROLE {}u RESET ALL
ALTER ROLE {}u RENAME TO {}v
ALTER ROLE {}v RENAME TO {}a
ALTER ROLE {}none RENAME TO {}q
GRANT {}a TO {}a
GRANT {}a TO {}v
GRANT {}a TO {}v
GRANT {}v TO {}a
GRANT {}a TO {}none
GRANT {}none TO {}a
REVOKE {}a FROM {}b
{}v: SELECT current_user = session_user
{}v: SET ROLE {}a
{}v: SET ROLE {}b
{}v: SET ROLE {}none
{}v: SET SESSION AUTHORIZATION {}a
{}v: CREATE ROLE {}z
{}v: ALTER ROLE {}v PASSWORD 'x'
{}v: ALTER ROLE {}a PASSWORD 'x'
{}v: DROP ROLE {}a
{}v: GRANT {}a TO {}b
{}v: SELECT rolpassword FROM pg_authid
{}v: SELECT passwd FROM pg_shadow
{}v: SELECT DISTINCT rolpassword FROM pg_roles
{}v: ALTER SYSTEM RESET ALL
{}v: SELECT pg_has_role('{}a', 'MEMBER'), pg_has_role('{}b', 'MEMBER')
GRANT {}a TO {}v WITH ADMIN OPTION
CREATE ROLE {}w
{}v: GRANT {}a TO {}w
SELECT r.rolname, m.rolname, admin_option FROM pg_auth_members am JOIN pg_roles r ON r.oid = roleid JOIN pg_roles m ON m.oid = member WHERE r.rolname LIKE '{}%' ORDER BY 1, 2
SELECT groname FROM pg_group WHERE groname LIKE '{}%' ORDER BY 1
SELECT usename, usesuper, usecreatedb FROM pg_user WHERE usename LIKE '{}%' ORDER BY 1
DROP ROLE {}none
DROP ROLE IF EXISTS {}none
DROP USER current_user
DROP ROLE {me}
DROP ROLE pg_monitor
REVOKE {}a FROM {}v CASCADE
DROP GROUP {}c, {}b
DROP ROLE {}a, {}v, {}w
