-- Result column names and folding
select 1, 'a', null, true, 1.5
select 1 as a, 2 b, 3 as "B c"
select Id, EV.s, ev."d" from EV where id = 1
select count(*), sum(id), max(s) from ev
select count(*) as n from ev
select case when true then 1 end, case when id = 1 then s else s end from ev where id = 1
select coalesce(s, 'x'), nullif(s, 'x'), greatest(1, 2), least(1, 2) from ev where id = 1
select id::text, s::varchar, 1::bigint, 'x'::text, (id + 1)::text from ev where id = 1
select array[1, 2], array(select 1)
select row(1, 'a') is null, (select 5), (select 5 as five), exists (select 1)
select -id, id + 1, not flag, id = 1, s || 'x' from ev where id = 1
select s is null, s like 'A%', id in (1, 2), id between 1 and 2 from ev where id = 1
select body->'a', body->>'a' from ev where id = 1
select arr[1], (arr)[2] from ev where id = 1
select date '2024-01-01', interval '1 day', timestamp '2024-01-01 00:00:00'
select extract(year from dt), position('a' in s), trim(s), substring(s from 1 for 2), overlay(s placing 'x' from 1) from ev where id = 1
select current_date = current_date, lower(s), pg_catalog.upper(s) from ev where id = 1
select ts at time zone 'UTC' from ev where id = 1
select * from (select 1, 2) x
select * from (select 1, 2) x(a, b)
select "?column?" from (select 1) x
select x.* from (select id, s from ev where id = 1) as x
select ev.* from ev where id = 2
select e.id, d.name from ev e join dep d on e.id = d.ev_id order by 1, 2
select "Id", "select", low from "Odd Name" order by "Id"
select "Odd Name"."Id" from "Odd Name" order by 1
select public.ev.id from public.ev where public.ev.id = 1
select id from public.ev where ev.id = 1
select ev.id as "ID" from ev order by "ID" limit 1
select (select s from ev e2 where e2.id = ev.id) from ev where id = 1
select true and false, 1 < 2
select cast(1 as text), cast('1' as int)
select s collate "C" from ev where id = 1
select array_agg(id order by id) from ev
select string_agg(s, ',' order by id) from ev
select 1 union select 2 order by 1
select 1 as one union all select 2 as two
values (1, 'a'), (2, 'b')
select column1, column2 from (values (1, 'a'), (2, 'b')) v
table dep
select id from ev group by id order by id
select sum(id) over () from ev where id < 3
select row_number() over (order by id) from ev where id < 3
with t as (select id, s from ev) select * from t where id = 1
with t(a, b) as (select id, s from ev) select a, b from t where a = 1
with t as (select 1 as x), u as (select x + 1 as y from t) select * from u, t
