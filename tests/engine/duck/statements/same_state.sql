-- Statements that fail, one a line, on the tables of schema.sql. SQLSTATEs are PostgreSQL's; messages are less exact.
select * fro t
select 1e300::real
select 1 in (select 1,2)
select currval('sq')
select extract(foo from now())
select date_trunc('foo', now())
select date_part('foo', now())
select '2020-01-01 00:00:00 Nowhere/X'::timestamptz
select sum(distinct) from t
select t.* from t x
select 'unterminated
select "unterminated
select $$abc
select {
select (array[1,2])['a']
select (1).a
select cast('300' as "char") + 1
select a from t where a > all(select b from t)
select left('a','b')
select '{1,a}'::int[]
begin transaction isolation level foo
select timestamp '294276-12-31' + interval '1 year'
select timestamp '294276-12-31' + interval '100 years'
select regexp_matches('a','(?<a')
select regexp_matches('a','\p{Foo}')
select to_timestamp(1e20)
alter table t drop column a
merge into t using p on t.a = p.id when matched then update set zz = 1
merge into p using (values (1),(1)) s(x) on p.id=s.x when matched then update set k=2
select * from range(1e30)
select nopeagg(distinct 1)
select lag(a, 'x') over () from t
select * from t tablesample 200 percent
select * from t using sample -1
set timezone='Nope'
select get_bit('101'::bit, 5)
select if(1)
create index iv on v(a)
alter table v add column x int
drop function nope
select nosuch(1.5::numeric)
select 1e40::real
select a from t join g on sum(a) = 1
select a from t limit sum(1)
select 1::nosuch[]
select date_trunc('nosuch', timestamp '2020-01-01')
select extract(nosuch from date '2020-01-01')
select * form t
grant nosuch
