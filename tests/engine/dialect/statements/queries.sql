select id as x from ev where id = 1 order by x
select id, id * 2 as dbl from ev order by dbl desc limit 2
select n from ev order by n desc
select n from ev order by n desc nulls last, id
select n from ev order by n
select s from ev order by 1
select id from ev order by n is null, n desc
select id from ev order by -id
select distinct flag from ev order by flag
select distinct on (flag) flag, id from ev order by flag, id desc
select id from ev limit 2
select id from ev order by id limit 2 offset 1
select id from ev order by id offset 3
select id from ev order by id fetch first 2 rows only
select id from ev order by id limit all
select id from ev order by id limit null
select id from ev where id=1 for update
select count(*) from ev where id = any('{1,3}')
select id from ev where id = any('{1,3}'::int[]) order by id
select id from ev where id = any(array[1,3]) order by id
select id from ev where id <> all(array[1,3]) order by id
select id from ev where id > any(array[3,4]) order by id
select id from ev where s = any('{Alpha,beta}') order by id
select id from ev where 1 = any(arr) order by id
select id from ev where id in (select ev_id from dep) order by id
select id from ev where id not in (select ev_id from dep where ev_id is not null) order by id
select id from ev where exists (select 1 from dep where ev_id = ev.id) order by id
select id from ev where not exists (select from dep where ev_id = ev.id) order by id
select id from ev where id = any(select ev_id from dep) order by id
select id from ev where id >= all(select 3) order by id
select (1, 2) = (1, 2), (1, 2) < (1, 3), (1, null) = (1, 2), row(1, 2) <> row(2, 1)
select id from ev where (id, s) = (1, 'Alpha')
select id from ev where (id, s) in ((1, 'Alpha'), (2, 'nope')) order by id
select id from ev where (id, s) in (select ev_id, 'Alpha' from dep) order by id
select 2 between symmetric 3 and 1, 2 not between 1 and 3, 2 between 1 and 3
select 1 is distinct from 2, null is not distinct from null, null is distinct from 1
select true is true, null::bool is unknown, false is not true, null is null
select flag is true, flag is not false, not flag from ev order by id
select 'a_b' like 'a\_b', 'axb' like 'a\_b', 'abc' like 'a%', 'ABC' ilike 'a%', 'abc' not like 'b%', 'a%c' like 'a!%c' escape '!'
select 'abc' similar to '(a|b)%', 'abc' ~ 'b', 'abc' ~* 'B', 'abc' !~ 'x', 'abc' !~* 'X'
select 'abc' like any(array['a%', 'x%']), 'abc' like all(array['a%', '%c'])
select ev.id, name, amount from ev join dep on dep.ev_id = ev.id order by 1, 2
select ev.id, name from ev left join dep on dep.ev_id = ev.id order by 1, 2
select ev.id, name from ev right join dep on dep.ev_id = ev.id order by 1, 2
select ev.id, name from ev full join dep on dep.ev_id = ev.id order by 1, 2
select count(*) from ev cross join dep
select * from (select 1 as a, 2 as b) x join (select 1 as a, 3 as c) y using (a)
select a, x.a, y.a from (select 1 as a) x full join (select 2 as a) y using (a) order by 1
select * from (select 1 as a, 2 as b) x natural join (select 1 as a, 3 as c) y
select x.id, y.id from ev x, ev y where x.id = y.id and x.id < 3 order by 1
select e.id, l.c from ev e, lateral (select count(*) as c from dep where ev_id = e.id) l order by 1
select e.id, l.name from ev e left join lateral (select name from dep where ev_id = e.id order by name limit 1) l on true order by 1
select flag, count(*), sum(id) from ev group by flag order by flag
select flag as f, count(*) from ev group by f order by f
select flag, count(*) from ev group by 1 order by 1
select flag, count(*) from ev group by flag having count(*) > 1 order by 1
select name, sum(amount * qty) from dep group by name order by name
select id % 2 as g, grouping(id % 2), count(*) from ev group by cube(id % 2) order by 1
select flag, name, count(*) from ev join dep on ev_id = id group by grouping sets ((flag), (name), ()) order by 1, 2
select flag, s, count(*) from ev group by rollup(flag, s) order by 1, 2, 3
select count(*) filter (where id > 2), sum(id) filter (where flag) from ev
select count(distinct flag), count(distinct body->>'a') from ev
select array_agg(id order by id desc), array_agg(id) filter (where id > 3), string_agg(s, '-' order by s) from ev
select percentile_cont(0.5) within group (order by id), percentile_disc(0.5) within group (order by id), mode() within group (order by flag) from ev
select bool_and(id > 0), bool_or(id > 4), every(id > 1) from ev
select round(stddev(id), 10), variance(id), round(corr(id, d)::numeric, 10), regr_count(id, d) from ev
select id, sum(id) over (order by id rows between 1 preceding and current row) from ev order by id
select id, sum(id) over (order by id%2 groups between unbounded preceding and current row) from ev order by id
select id, rank() over (partition by flag order by id desc), lag(id) over (order by id), lead(id, 2, 0) over (order by id), first_value(id) over w, ntile(2) over w from ev window w as (order by id) order by id
select id, row_number() over (order by n desc) from ev order by id
select id, count(*) over (partition by flag), avg(id) over (order by id) from ev order by id
select sum(sum(id)) over () from ev group by flag
with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select * from t
with recursive t as (select 1 as n, 'a'::text as s union all select n + 1, s || 'b' from t where n < 3) select * from t order by n
with t as materialized (select id from ev) select count(*) from t
with a as (select 1 as x), b as (select * from a) select * from b
select * from (with q as (select 1 as z) select z from q) y
select * from generate_series(1,3)
select g from generate_series(1,3) g
select g.x from generate_series(1,3) as g(x)
select pg_typeof(g) from generate_series(1,1) g
select generate_series(1,2)
select generate_series(1,2), generate_series(1,3)
select * from generate_series(5,1,-2)
select * from generate_series(1::bigint, 2)
select * from generate_series(timestamp '2024-01-01', '2024-01-03', '1 day')
select * from generate_series('2024-01-01'::date, '2024-01-03'::date, interval '1 day')
select d::date from generate_series('2024-01-01'::date, '2024-01-02'::date, '1 day') d
select * from unnest(array[1,2],array['a','b','c']) as t(x,y)
select * from unnest(array['a','b']) with ordinality
select * from unnest(array['a','b']) with ordinality as t(x, i)
select id, u from ev, unnest(arr) u order by id, u
select id, unnest(arr) from ev order by id, 2
select id, x from ev left join unnest(arr) x on true order by id, x
select * from rows from (generate_series(1,2), unnest(array['a','b','c'])) as t(a, b)
select unnest(array[1,2]) + 1
select i, arr[i] from ev, generate_subscripts(arr, 1) i where id = 1 order by i
select * from current_date where false
select * from upper('x') u
select 1 union select 1
select 1 union all select 1
select id from ev except select 1 order by id
select id from ev intersect select 1
(select id from ev order by id limit 1) union all (select id from ev order by id desc limit 1) order by 1
select id from ev union all select ev_id from dep where ev_id is not null order by id limit 3
select 1 as a union select 2 order by a desc
select * from (values (1, 'a'), (2, null)) as t(n, s) order by n
values (1), (2.5)
values (1, null), (null, 'x')
select count(*)>=0 from ev tablesample bernoulli(50)
select
select from ev where id = 1
select row(1, 'a', null, 'b c')::text, d::text, (d).name from dep d where name = 'x' and ev_id = 1
select x.a from (select row_to_json(ev) as a from ev where id = 2) x where false
select (select max(id) from ev), (select count(*) from dep where dep.ev_id = ev.id) from ev where id = 1
select id from ev where id = (select min(id) from ev)
select array(select id from ev order by id)
select array(select id from ev where id > 10)
select id in (1, 2, null) from ev order by id
select id from ev e where e.id in (1, 2) and e.s ilike 'a%'
select e.* from ev as e where e.id = 2
select t.a, t.b from (select 1 as a, 'x' as b) as t
select max(a) from (select 1 as a union select 2) t
select exists(select 1 from ev where id > 100), not exists(select 1)
select coalesce((select s from ev where id = 100), 'none')
select case id when 1 then 'one' when 2 then 'two' else 'many' end from ev order by id
select case when id < 3 then id end from ev order by id
select id::text || '-' || coalesce(s, '?') from ev order by id
select sum(case when flag then 1 else 0 end) from ev
select dt + 1, dt - 1, dt - date '2024-03-01', dt + interval '1 day', ts - interval '1 hour', tsn + '1 day', age(tsn, '2023-01-05') from ev where id = 1
select ts - '2024-03-09 12:00:00+00', tsn - timestamp '2024-03-09', t + interval '1 hour', iv * 2, iv + iv, -iv, iv / 2 from ev where id = 1
select date_trunc('month', tsn), date_trunc('day', ts), date_trunc('month', dt), date_part('year', ts), extract(epoch from ts), extract(dow from tsn), extract(second from tsn) from ev where id = 1
select ts at time zone 'America/New_York', tsn at time zone 'America/New_York', timezone('UTC', tsn) from ev where id = 1
select to_char(tsn, 'YYYY-MM-DD HH24:MI:SS.MS'), to_char(1234.5, 'FM9,999.00'), to_date('10/03/2024', 'DD/MM/YYYY'), to_timestamp('2024-03-10 12', 'YYYY-MM-DD HH24'), to_timestamp(0) from ev where id = 1
select now() = now(), now()::date = current_date, current_timestamp - now(), localtimestamp = now()::timestamp
select (date '2024-01-01', date '2024-01-10') overlaps (date '2024-01-05', date '2024-02-01')
select make_interval(days => 3, hours => 2), make_date(2024, 1, 2), justify_hours(interval '27 hours')
select array[1,2] || array[3], array[1] || 2, 1 || array[2], array_length(arr, 1), cardinality(arr), arr @> array[1], arr && array[9], arr[2:3], arr[:2] from ev where id = 1
select arr[0], arr[10], arr[-1] from ev where id = 1
select array_to_string(array[1,2,null], ',', '*'), string_to_array('a,b,c', ','), array_append(array[1], 2), array_remove(array[1,2,1], 1), array_position(array['a','b'], 'b')
select length('é'), char_length('abc'), octet_length('é'), upper('a'), initcap('hello world'), lpad('7', 3, '0'), rpad('7', 3, 'x'), repeat('a', 3), reverse('abc'), left('abc', 2), right('abc', 2), split_part('a,b,c', ',', 2), replace('abc', 'b', 'x'), strpos('abc', 'c'), substr('abcdef', 2, 3), md5('a'), ascii('a'), chr(65), concat('a', 1, null, 'b'), concat_ws('-', 'a', null, 'b')
select substring('foobar' from 'o(.)b'), regexp_replace('abc', 'b', 'x'), regexp_match('foobar', 'o(b)'), regexp_split_to_array('a b', ' '), format('%s-%I-%L', 'a', 'B c', 'it''s'), quote_ident('A b'), quote_literal('it''s')
select encode('\xdead'::bytea, 'hex'), encode('\xdead'::bytea, 'base64'), decode('dead', 'hex'), sha256('a'), convert_from('\x61'::bytea, 'UTF8'), to_hex(255)
select regexp_matches('foobarbequebaz', 'ba.', 'g')
select id from ev tablesample system (100) order by id

-- generate_series in FROM, streamed and not.
SELECT g, g * 2 FROM generate_series(1, 5) g
SELECT generate_series FROM generate_series(2, 9, 3) WHERE generate_series > 2
SELECT t.* FROM generate_series(1, 3) AS t(n)
SELECT pg_typeof(n)::text, n FROM generate_series(2147483646, 2147483648) AS t(n)
SELECT count(*), sum(n) FROM generate_series(1, 1000000) AS t(n)
SELECT * FROM generate_series(5, 1)
SELECT * FROM generate_series(5, 1, -2)
SELECT a.n, b.n FROM generate_series(1, 2) a(n), generate_series(1, a.n) b(n)
SELECT a.n, x FROM generate_series(1, 2) a(n) LEFT JOIN generate_series(2, 3) x ON x = a.n
SELECT n, o FROM generate_series(7, 8) WITH ORDINALITY AS t(n, o)
SELECT (SELECT max(g) FROM generate_series(1, 3) g)
