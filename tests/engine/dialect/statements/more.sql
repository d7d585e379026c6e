-- Found one by one: corners of names, scopes, types
select e.id from ev e where exists (select 1 from dep d where d.ev_id = e.id and d.name = 'x') order by e.id
select (select count(*) from dep where ev_id = e.id) as c from ev e order by e.id
select d.name, (select s from ev where id = d.ev_id) from dep d order by 1, 2
select x.y from (select 1 as y) x where x.y in (select y from (select 1 as y) z)
select a.id, b.id from ev a left join ev b on a.id = b.id + 1 and b.flag order by 1
select a.id from ev a join (select ev_id, max(qty) as q from dep group by ev_id) m on m.ev_id = a.id order by 1
select count(*) from ev, dep where ev.id = dep.ev_id and dep.qty > 1
select ev.id, d.* from ev join dep d on d.ev_id = ev.id where ev.id = 2
select sum(qty) as total from dep having sum(qty) > 5
select name, count(*) from dep group by name having max(qty) > 1 order by count(*) desc, name
select upper(name) as n, count(*) from dep group by upper(name) order by n
select upper(name) as name, count(*) from dep group by name order by name
select name as n from dep where name <> 'w' group by name order by n limit 2
select qty + 1 as q, count(*) from dep group by qty + 1 order by q
select max(id) - min(id) as spread, avg(id)::int from ev
select id, s from ev order by lower(s) nulls first, id
select id, s from ev order by s collate "C" desc, id
select id from ev order by id desc nulls first limit 1
select count(*) from (select distinct name from dep) x
select count(distinct name), count(distinct (name, qty)) from dep
select distinct name, qty from dep order by name, qty
select name from dep union select s from ev order by 1
select ev_id as id from dep where ev_id is not null union select id from ev order by id
select 1 as x union all (select 2 order by 1) order by x desc
select * from (select 1 as a union all select 2) q order by a desc
(select 1) union all (select 2) order by 1
select * from ((select 1 as a) union all (select 2)) q order by a
with a as (select 1 as x union all select 2) select x from a where x > 1
with a as (select id from ev), b as (select count(*) as n from a) select n from b
with recursive t(n, p) as (values (1, array[1]) union all select n + 1, p || (n + 1) from t where n < 3) select * from t
with recursive fib(a, b) as (select 0, 1 union all select b, a + b from fib where b < 20) select a from fib
select id, case when n > 10 then 'big' when n is null then null else 'small' end as size from ev order by id
select coalesce(n, 0) + 1 from ev order by id
select n::text, n::int, n::float8 from ev where n is not null order by id
select 'x' as a, "a" from (select 2 as a) q
select q.a + q.b from (select 1 as a, 2 as b) q
select t.* from (values (1, 'a'), (2, 'b')) as t(x, y) where t.x = 2
select x + 1 from (values (1), (2)) v(x) order by 1
select sum(x) from (values (1.5), (2)) v(x)
select * from (values (1, null), (2, 'b')) v(a, b) where b is null
select array(select name from dep where ev_id = 1 order by name)
select 'a' in ('a', 'b'), 'c' not in ('a', 'b'), null in (1), 1 in (null, 1)
select id from ev where id in (values (1), (2)) order by id
select id from ev where (select true) and id = 1
select id from ev where s = 'Alpha' or (s = 'beta' and not flag) order by id
select not true and false, not (true and false), 1 < 2 = true, 2 + 3 * 4 ^ 2 / 2 - 1
select -2 ^ 2, 2 ^ 3 ^ 2, - 2 * 3, 5 - -3, 10 % 3 * 2
select 1 + 2 || 'x', 'a' || 1 + 2
select 'abc' || 'def' = 'abcdef', 'a' < 'b' and 'b' < 'c'
select 3 between 1 and 5 and true, not 3 between 4 and 5
select 1 is null or true, (1 is null) = false
select true or null, false and null, null or false, not null::bool
select interval '1 day' + date '2024-01-01', date '2024-01-31' + interval '1 month'
select timestamp '2024-01-01 10:00' - interval '90 minutes', timestamptz '2024-01-01 00:00+02' at time zone 'UTC'
select extract(epoch from interval '1 day 1 second'), extract(day from interval '40 days'), extract(isodow from date '2024-03-10'), extract(quarter from date '2024-05-01')
select date_trunc('week', timestamp '2024-03-10'), date_trunc('quarter', timestamp '2024-05-10'), date_trunc('year', date '2024-05-10')
select age(timestamp '2024-03-10', timestamp '2023-01-05'), timestamp '2024-03-10' - timestamp '2023-01-05'
select date '2024-03-10' = timestamp '2024-03-10', date '2024-03-10' < timestamptz '2024-03-11 00:00+00'
select '2024-03-10'::date - 7, '2024-03-10'::date - '2024-01-01'::date
select ts::date, tsn::time, ts::timestamp, dt::timestamp from ev where id = 1
select ts::text, dt::text, n::text, d::text, flag::text, b::text, arr::text, iv::text, u::text, body::text from ev where id = 1
select to_timestamp(1710074096.789), extract(epoch from ts)::bigint from ev where id = 1
select 0.1 + 0.2, 0.1::float8 + 0.2::float8, 1.0 / 3, 10 / 4, 10 / 4.0, 10.0 / 4, 7 / 2 * 2.0
select round(n, 1), round(d::numeric, 1), trunc(n), ceil(d), floor(n) from ev where id = 1
select 1e2, 1.5e3, 1e-2, 123456789012, 1.10, 100.00
select 5::int2 / 2::int2, 5::int8 / 2, 5 / 2::int8, (5 / 2)::float8
select abs(-5), abs(-5.5), sign(-2.5), sqrt(16), power(2, 3), exp(0), ln(1), log(100), mod(-7, 3), -7 % 3, gcd(12, 18), pi()
select 'é' < 'z', length('日本'), reverse('日本')
select 'a' || null || 'b', concat('a', null, 'b'), coalesce(null, 'z')
select position('b' in 'abc'), strpos('abc', 'z'), 'abc' like '_b%', 'a' ~ '^[a-c]$'
select substring('abcdef', 2), substring('abcdef', 2, 3), substring('abcdef' from 3), substr('abc', -1, 3), left('abc', -1), right('abc', -1)
select trim('  a '), ltrim('xxa', 'x'), rtrim('axx', 'x'), trim(both 'x' from 'xax'), btrim('xax', 'x')
select split_part('a-b-c', '-', 2), split_part('a-b-c', '-', -1), regexp_replace('foo123', '[0-9]+', '#'), regexp_replace('aaa', 'a', 'b', 'g')
select '{1,2}'::int[] = array[1,2], array[1,2] < array[1,3], array[1,null] is null, array[1,2] @> '{1}', 1 = any('{1,2}'), array_length(array[]::int[], 1)
select (array['a','b'])[1], (array[[1,2],[3,4]])[2][1], ('{a,b}'::text[])[2]
select array_agg(x order by x desc) from unnest(array[3,1,2]) x
select array_agg(name) filter (where name is not null and ev_id = 1) from dep
select string_agg(name, ', ' order by name desc) from dep
select string_agg(distinct name, ',' order by name) from dep
select json_agg(name order by name) from dep where ev_id = 1
select jsonb_agg(jsonb_build_object('n', name, 'q', qty) order by name) from dep where ev_id = 1
select jsonb_object_agg(name, qty order by name) from dep where ev_id = 1
select (jsonb_build_object('a', 1) || '{"b": 2}')->>'b', jsonb_build_object('x', null), jsonb_build_array()
select body->>'a' as a, count(*) as n from ev group by 1 order by n desc, a nulls last
select body->>'a' as a from ev where body->>'a' is not null group by a order by a
select date_trunc('month', ts) as m, count(*) from ev group by m order by m
select date_trunc('year', tsn)::date as y, sum(n) from ev group by 1 order by 1
select extract(year from ts) as y, count(*) from ev group by extract(year from ts) order by y nulls first
select id, sum(n) over (order by id), count(*) over (), max(n) over (partition by flag) from ev order by id
select id, lag(s, 1, 'none') over (order by id), first_value(s) over (partition by flag order by id), nth_value(id, 2) over (order by id) from ev order by id
select id, sum(qty) over (partition by name order by ev_id) as running from dep join ev on ev_id = id order by 1, 2
select * from (select id, rank() over (order by flag) as r from ev) q where r = 1 order by id
select percent_rank() over (order by id), cume_dist() over (order by id), ntile(2) over (order by id), dense_rank() over (order by flag) from ev where id < 4 order by id
select count(*) over (order by id range between 1 preceding and 1 following) from ev order by id
select count(*) over (order by tsn range between interval '1 year' preceding and current row) from ev where tsn is not null order by tsn
select bool_or(flag), bool_and(flag), bit_or(id), bit_and(id) from ev
select min(body->>'a'), max(arr), min(iv), max(t), min(b) from ev where id <> 3
select (array_agg(s order by id))[1] from ev
select count(*) filter (where s like '%a'), sum(id) filter (where id > 100) from ev
select exists (select 1 from ev where false), (select null::int), (select id from ev where id = 99)
select id from ev where id > (select avg(id) from ev) order by id
select id from ev where n = (select max(n) from ev)
select id from ev e where n >= all (select n from ev where n is not null) and n is not null
select id from ev where arr is not null and cardinality(arr) > 0 order by id
select id from ev where 3 = any(arr) or arr[1] = 9 order by id
select id from ev where s in ('Alpha', 'beta') and ts between '2024-01-01' and '2024-12-31' order by id
select id from ev where dt >= '2024-01-01' and dt < date '2024-01-01' + interval '1 year' order by id
select id from ev where ts > timestamp '2024-01-01' order by id
select id from ev where iv > '1 hour' order by id
select id from ev where u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'
select id from ev where b = '\xdeadbeef'
select id from ev where flag and v <> 'x' order by id
select id from ev where v = 'one' or v is null order by id
select v || '!', length(v), upper(v) from ev where id = 1
select i2 + 1, i2 * 1.5, i2 / 2, big / 1000, -i2, i2::text || 'x' from ev where id = 1
select f4 + d, f4 * 2, f4 = 1.25, d > n, n > i2, big > n from ev where id = 1
select greatest(n, 1), least(d, n), greatest('a', 'b'), greatest(null, 1), least(dt, '2000-01-01') from ev where id = 1
select nullif(s, ''), nullif(id, 1), nullif(n, 12.5) from ev where id = 1
select "id", "s" as "S", s as "s 2" from "ev" where "id" = 1
select id as "ORDER" from ev order by "ORDER" limit 1
select count(*) as count from ev
select id user_id from ev where id = 1
select 1 as "select", 2 as "from"
select 'It''s' as "it's"
select E'tab\there', E'quote\'s', E'\\x', 'back\slash', U&'\00e9'
select $$a'b$$, $tag$c$$d$tag$
select 1 -- comment
select /* nested /* comment */ */ 1
select 1::int::text::varchar(5)::text
select (1)::text, (1 + 2)::text, -1::text
select cast(null as int), null::text || 'x', cast('{}' as int[])
select id::bigint, n::numeric(6,1), s::varchar(3), ts::date from ev where id = 1
select current_database() = current_catalog, current_user = session_user, user = current_user
select pg_typeof(id), pg_typeof(n), pg_typeof(s), pg_typeof(body), pg_typeof(arr), pg_typeof(ts), pg_typeof(body->'a'), pg_typeof(body->>'a'), pg_typeof(id + n), pg_typeof(count(*) over ()) from ev limit 1
select pg_typeof(1 / 2), pg_typeof(1 / 2.0), pg_typeof(sum(id)), pg_typeof(avg(id)), pg_typeof(sum(n)), pg_typeof(sum(d)), pg_typeof(sum(big)) from ev
select pg_typeof(coalesce(1, 2.5)), pg_typeof(case when true then 1 else 2::bigint end), pg_typeof(array[1, 2.5]), pg_typeof(greatest(1, 2::float8))
select ev_id, name from dep where (ev_id, name) in (select ev_id, max(name) from dep group by ev_id) order by 1
select ev_id, name from dep where (ev_id, qty) > (1, 1) order by 1, 2
select row(1, 2) = row(1, 2), (1, 'a') < (1, 'b'), (null, 1) is null, (1, 2) is not null
select * from ev cross join lateral (select ev.id * 10 as tens) l where ev.id = 1 and false
select e.id, x.n from ev e, lateral (select count(*) as n from dep d where d.ev_id = e.id) x where x.n > 0 order by 1
select g, g * g from generate_series(1, 3) g
select g.n, chr(64 + g.n) from generate_series(1, 2) as g(n)
select date '2024-01-01' + g from generate_series(0, 2) g
select g::date from generate_series('2024-01-01'::timestamp, '2024-01-02', '1 day') g
select id, u.v, u.o from ev, unnest(arr) with ordinality as u(v, o) where id in (1, 5) order by id, u.o
select count(*) from generate_series(1, 10) a, generate_series(1, 10) b where a < b
select generate_series(1, 3) as g order by g desc
select id, generate_series(1, 2) from ev where id < 3 order by 1, 2
select x, count(*) from (select unnest(array[1, 1, 2]) as x) q group by x order by x
select unnest(string_to_array('a,b', ',')) as part
select regexp_split_to_table('a b c', ' ')
select string_to_table('x,y', ',')
select (regexp_match('abc123', '([a-z]+)([0-9]+)'))[2]
select jsonb_each_text('{"a": 1}') is not null
select * from jsonb_each('{"a": 1, "b": [2]}') order by key
select * from jsonb_object_keys('{"x": 1, "y": 2}') k order by k
select e->>'id' as id from jsonb_array_elements('[{"id": 1}, {"id": 2}]') e order by 1
select value->>'id' from jsonb_array_elements('[{"id": 1}]')
select elem.value, elem.ordinality from jsonb_array_elements_text('["a", "b"]') with ordinality elem
select id, tag from ev, jsonb_array_elements_text(body->'tags') tag where body ? 'tags' order by tag
select id, t.value from ev cross join lateral jsonb_array_elements_text(coalesce(body->'tags', '[]')) as t where id = 5 order by 2
select id, k, v from ev, jsonb_each_text(body) as kv(k, v) where id = 2 order by k
select pg_typeof(nullif(1, 2.2)), pg_typeof(nullif(v, s)), pg_typeof(nullif(1, 2::bigint)), pg_typeof(nullif(i2, 1::float8)), nullif(dt, ts) from ev where id = 1
select id, s from ev group by id order by id
select id, max(s) over (partition by n), count(*) from ev group by id order by id
select ev.id, s, sum(qty) from ev left join dep on ev_id = ev.id group by ev.id order by s, id
select distinct lower(name) from dep order by lower(name)
select distinct name, qty from dep order by qty, name
-- Arguments that come as an array, and texts that are joined by anything
select concat_ws(',', variadic array['a', null, 'b']), concat(variadic array[1, 2, null])
select concat_ws(',', variadic null::text[]), concat(variadic array[]::text[]), concat(variadic array[true, null])
select format('%s-%s', variadic array['a', 'b']), format('%2$s %1$s', variadic string_to_array('a,b', ','))
select jsonb_build_array(variadic array['a', null]), jsonb_build_array(variadic array[1, 2])
select id, concat_ws(s, 'a', null, id) from ev order by id
select id, concat(null, null), concat_ws(s, null, null), array_to_string(array['a', null, s], s) from ev order by id
select string_to_array('a,b', ',')::text::text[], (null::text)::text[], '{a,"b c",NULL}'::text::text[]
select d.name::text::text[] from dep d
select reverse(repeat((string_to_array('a', 'a'))[0], 0)), repeat((string_to_array('a', 'a'))[0], 2)
