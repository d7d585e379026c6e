select * from nosuch
select * from public.nosuch
select * from other.ev
select nosuch from ev
select ev.nosuch from ev
select x.id from ev
select id from ev e where ev.id = 1
select "ID" from ev
select id as x from ev where x = 1
select 1 as a, a + 1 as b
select nosuch(1)
select nosuch(1, 'a', null)
select lower(1)
select id from ev e join dep d on nosuch = 1
select id from ev, ev
select ev_id from dep, dep d2
select * from ev where id
select * from ev where 1
select 1 where 'x'
select not 1
select 1 and true
select sum(id), s from ev
select id, s, count(*) from ev group by s
select s from ev where count(*) > 1
select sum(sum(id)) from ev
select row_number() from ev
select 1 from ev group by 2
select id from ev order by 5
select 1 union select 1, 2
select 1 union select 'a'::text
select 1 union select 'a'
selec 1
select 1 from
select (1
select * form ev
select 1 +
select from from ev
select case when true then 1 else 'a'::text end
select coalesce(1, 'a'::text)
select array[1, 'a'::text]
select 1 in ('a'::text)
select (1, 2) = (1, 2, 3)
select (select 1, 2)
select 1 in (select 1, 2)
select id from ev limit -1
select id from ev limit 'a'
select interval 'nonsense'
select '2024-01-01'::timestamp + 'x'
select id from ev where id = 'abc'
select id from ev where id in (1, 'x')
values (1), (2, 3)
select * from (values (1, 2)) t(a, b, c)
with t(a, b) as (select 1) select * from t
select 'abc'::char(2)::int
select max(1, 2)
select count(*) over from ev
select distinct on (id) id from ev order by n
select cast(1 as date)
select body->'a' = 'x' from ev where false
select body.a from ev
select (id).x from ev
select extract(nosuch from now())
select a.b.c.d from ev
select lag(id) from ev
select unnest(1)
select * from ev natural join nosuch
select * from ev join dep using (id)
delete from nosuch
update ev set nosuch = 1
insert into ev (nosuch) values (1)
insert into dep values (1, 'a', 2, 3, 4)
insert into dep (ev_id, name) values (1)
insert into dep (ev_id) values ('x')
insert into dep (ev_id) values (true)
update dep set qty = true
select distinct name from dep order by qty
select name from dep union select s from ev order by qty
select 1 having true
select id from ev where row_number() over () = 1
select count(*) filter (where count(*) > 1) from ev
select sum(count(*) over ()) from ev
select * from ev e, ev e
select a from (select 1 as a, 2 as a) q
select q.a from (select 1 as a, 2 as a) q
insert into dep (ev_id, ev_id) values (1, 2)
select * from generate_series(1, 'x')
select * from unnest(1)
select jsonb_array_elements(1)
select array[1,2] || 'x'
select array[1,2] = array['a']
select '1' + '2'
select null + null
select 'a' < 1
select 1 like 'x'
select body + 1 from ev
select body = 1 from ev
select - body from ev
select not body from ev
select ts + ts from ev
select id || id from ev
select case 1 when 'x' then 1 end
select coalesce()
select cast(1 as nosuch)
select 1::int[]
select '{1,2}'::int
select extract(foo from ts) from ev
select to_char(1)
select count(1, 2) from ev
select sum(s) from ev
select avg(s) from ev
select max(flag) from ev
select string_agg(s) from ev
select percentile_cont(0.5) from ev
select rank() within group (order by id) from ev
select lower(distinct s) from ev
select lower(s) filter (where true) from ev
select lower(s) over () from ev
select 1 as a from ev where a = 1
select id from ev where s = 1
select id from ev where id = '1.5'
select id from ev where ts > 'nonsense'
select id from ev where body->>'a' > 1
select id from ev limit 1.5
select id from ev limit '1'
select id from ev offset -1
select (select id from ev)
select * from ev where (select 1, 2) is null
select exists(1)
select 1 = any(1)
select 1 = any(array['a'])
select (1,2) in (select 1)
select 1 in (1, 'a')
select 1 between 'a' and 2
select 2 = 2 = true
select a.* from ev
select pg_catalog.nosuch(1)
with t as (select 1) select * from u
with t as (select * from t) select * from t
with recursive t as (select 1 as n union all select n + 'a' from t) select * from t
values (1, 2), ('a', 3)
select 1 union select 'x' order by 2
update ev set id = 'x'
update ev set id = s
update nosuch set a = 1
delete from ev where nosuch
insert into ev (id) select 'x'
insert into ev (id) select s from ev
insert into dep values (1, 2, 3, 4)
insert into dep (ev_id) values (1, 2)
insert into nosuch values (1)
create table ev (a int)
select id from ev fetch first row only limit 1
select '\x0g'::bytea
select 'abc'::numeric
select '1e400'::float8
select 123456789012::int
select '99999999999999999999'::bigint
select 'infinity'::date + 1
select interval '1 foo'
select date '2024-02-30'
select time '25:00'
select timestamp '2024-01-01 25:00'
select '2024-01-01 00:00:00 Foo/Bar'::timestamptz
select U&'\00zz'
select E'\u00'
select 'unterminated
select "unterminated
select $$unterminated
select 1 /* unterminated
select @
select 1 2
select a b c
select from where
select concat(variadic s) from ev
select concat(variadic 1)
