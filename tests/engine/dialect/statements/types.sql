-- Result types and literals
select 1, 2147483647, 2147483648, 9223372036854775807, 1.5, 1e3, .5, 5.
select 9223372036854775808
select 'a', e'a\nb', 'it''s', $$dollar 'quoted'$$, $x$a$$b$x$, U&'d\0061ta'
select null, null::int
select b'101'::varbit, x'1F'::varbit, x'1F'::int
select 1::smallint, 1::int, 1::bigint, 1::real, 1::float8, 1::numeric, 1::numeric(10,2)
select '1'::smallint, ' 12 '::int, '-5'::bigint, '1.5'::real, '1.5'::float8, '1.50'::numeric, '1.5'::numeric(10,2)
select 'yes'::bool, 'off'::bool, 't'::boolean, '0'::bool, 'FALSE'::bool, 1::bool, true::int, true::text, false::text
select 'abc'::varchar(2), 'abc'::char(5), 'abc'::char, 'abc'::varchar, 'abc'::name
select '\xDEADBEEF'::bytea, 'abc'::bytea, '\\001'::bytea, E'\\xDE'::bytea
select '2024-01-02'::date, '2024-01-02 03:04:05'::timestamp, '2024-01-02 03:04:05+02'::timestamptz, '03:04:05'::time
select 'January 8, 1999'::date, '1999-Jan-08'::date, '08-Jan-1999'::date, '1/8/1999'::date, '19990108'::date
select '2024-01-02T03:04:05Z'::timestamptz, '2024-01-02T03:04:05.123456Z'::timestamp
select 'epoch'::timestamp, 'infinity'::timestamp, '-infinity'::date, 'epoch'::timestamptz
select '1 day'::interval, '1 year 2 mons 3 days 04:05:06'::interval, 'P1Y2M3DT4H5M6S'::interval, '-1 day'::interval, '1.5 hours'::interval, '2 days ago'::interval
select interval '1' day, interval '2' hour, interval '1-2' year to month, interval '90' minute
select '{1,2,3}'::int[], '{a,b,"c d",NULL}'::text[], '{}'::int[], '{{1,2},{3,4}}'::int[], '{t,f}'::bool[], '{1.5,2}'::numeric[]
select array[1,2,3], array['a','b'], array[1,2.5], array[]::int[], array[[1,2],[3,4]], array[null,1]
select '{"b":1, "a": 2,"a":3}'::jsonb, '{"b":1, "a": 2,"a":3}'::json, '1.10'::jsonb, '1e2'::jsonb, '"x"'::jsonb
select 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid, '{a0eebc999c0b4ef8bb6d6bb9bd380a11}'::uuid
select '192.168.1.1/24'::inet, '10.0.0.1'::inet
select 23::oid, '25'::oid
select int '1', bool 'true', text 'x', date '2024-01-01', float8 '1.5', pg_catalog.int4 '7'
select cast('5' as integer), cast(5 as text), cast(5.5 as int), cast(4.5 as int), cast(-0.5 as int), cast(2.5::float8 as int), cast(3.5::float8 as int)
select 5.5::int, 5.4::bigint, 1e10::bigint, 123.456::numeric(5,1), 0.5::numeric(3,0), -1.25::numeric(3,1)
select 1.0::float8, 0.1::float8 + 0.2::float8, 1e20::float8, 1e-5::float8, 'NaN'::float8, 'Infinity'::float8, '-inf'::float8, 1.1::float4
select 123456789.123::float4, 1e10::float4, 16777216::float4
select i2, id, big, f4, d, n from ev order by id
select flag, s, v, b, dt, ts, tsn, t, iv, u, j, body, arr from ev order by id
select i2 + i2, i2 + id, id + big, i2 * 2, id / 2, big % 7, f4 + 1, d * 2, n + 1, n * 2, n / 2 from ev where id = 1
select 7/2, -7/2, 7%3, -7%3, 7/2.0, 1/3.0, 10::numeric/3
select 2^10, 2^0.5, 5 # 3, ~5, 5 & 3, 5 | 3, 1 << 4, 256 >> 2, |/ 16, @ -5
select -5, - 5, +5, -(-5), - 1.5
select -2147483648, -9223372036854775808
select count(*), count(id), sum(i2), sum(id), sum(big), sum(n), sum(d), sum(f4) from ev where id < 3
select avg(id), avg(n), avg(d), min(id), max(s), min(ts), max(dt) from ev
select 1 = 1.0, 1 < 2.5, 'a' < 'b', null = 1, '1' = 1, 1.5 = '1.5', '2024-01-01' = date '2024-01-01'
select round(2.5), round(2.5::float8), round(-2.5), round(1.2345, 2), ceil(1.2), floor(-1.2), trunc(1.789, 2), sign(-3), abs(-5), mod(7, 3)
select 1 union all select 2.5 order by 1
select 1 union all select null order by 1
select 'a' union all select null order by 1
select null union all select null
select id from ev where id = 1 union all select 2.5
select 1::smallint union select 2::bigint order by 1
select case when true then 1 else 2.5 end, case when false then 'a' end, coalesce(null, 1), coalesce(1, 2.5), greatest(1, 2.5), nullif(1, 1)
select 'a'::text || 'b', 'a' || 'b', 'a' || 1, 1 || 'a', 'a' || null, s || id from ev where id = 1
select pg_typeof(1), pg_typeof('a'), pg_typeof(1.5), pg_typeof(null), pg_typeof(now()), pg_typeof(array[1]), pg_typeof(1::smallint + 1)
select 2147483647 + 1
select 32767::smallint + 1::smallint
select 9223372036854775807 + 1
select 300::smallint * 300::smallint
select 1/0
select 1%0
select 1.0/0
select 1::float8/0
select 'abc'::int
select '12abc'::bigint
select 99999999999::int
select 40000::smallint
select 'x'::bool
select 'x'::date
select '2024-13-01'::date
select '2024-02-30'::date
select '25:00:00'::time
select 'x'::uuid
select '{bad'::jsonb
select '{1,2'::int[]
select '{a}'::int[]
select 123.456::numeric(4,2)
select 1 + 'a'
select 1 = 'x'
select 1 + 'a'::text
select 'a'::text = 1
select s = id from ev
select true + 1
select - 'a'::text
select now() + 1
select date '2024-01-01' + date '2024-01-01'
select 1::uuid
select '1'::nosuchtype
select 'a'::text::int
select t::int[], t::text[], t::int8[], cardinality(t::int[]) from (values ('{1,2,NULL}'), (null), ('{}')) v(t)
select t::date[], t::timestamptz[] from (values ('{2024-01-02,"2024-07-01"}')) v(t)
select t::bool[] from (values ('{t,f,yes}')) v(t)
select t::int[] from (values ('{1,x}')) v(t)
select t::oidvector, pg_typeof(t::oidvector) from (values ('23 25'), (null)) as v(t)
select 'a'::"char", ''::"char", '7'::xid
