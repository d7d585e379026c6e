-- Statements that fail, one a line, on the tables of schema.sql. SQLSTATE and message are PostgreSQL's.
select a from nope
select a from nosuch.nope
select a from s1.nope
select zz from t
select t.zz from t
select t1.zz from t
select x.* from t
select foo(1)
select foo(1,'a')
select foo()
select lower(1,2)
select abs('a'::text)
select sum('a'::text)
select 1 +
select * from
select 1 from t where
select (1
select 1)
selec 1
create table
insert into t
insert into t values
update t set
delete t
select * from t group by
select * from t order by 99
select a from t order by zz
select 'abc'::int
select 'abc'::bigint
select 'abc'::smallint
select 'abc'::numeric
select 'abc'::float8
select 'abc'::real
select 'abc'::boolean
select 'abc'::uuid
select 'abc'::date
select 'abc'::time
select 'abc'::timestamp
select 'abc'::timestamptz
select 'abc'::interval
select '{bad'::json
select ''::int
select '99999999999'::int
select '99999999999999999999'::bigint
select '99999'::smallint
select 99999999999::int
select 99999::smallint
select 1e30::bigint
select 1e10::int
select 'nan'::float8::int
select '2020-13-01'::date
select '2020-02-30'::date
select '25:00:00'::time
select '2020-01-01 25:00:00'::timestamp
select 1/0
select 1%0
select 1.0/0
select 1::float8/0
select 1::numeric/0
select 1::bigint/0::bigint
select mod(1,0)
select 2147483647+1
select 2147483647*2
select 9223372036854775807+1
select 32767::smallint+1::smallint
select 1000.5::numeric(5,2)
select 12345.678::numeric(5,2)
select sqrt(-1)
select ln(0)
select ln(-1)
select log(0)
select power(0,-1)
select acos(2)
select a, count(*) from t
select t.b from t group by a
select count(*) from t where count(*)>1
select count(count(*)) from t
select sum(a) over () from t where sum(a) over () > 1
select a from t having a > 1
select a from t group by sum(a)
select row_number() from t
select a from t, t t2
select 1 where 'a'
select true + 1
select d + d from t
select d * 2 from t
select a like 1 from t
select -'a'::text
select 1 = 'abc'
select 1 union select 1,2
select (select 1 union all select 2)
select (select 1,2)
select array[1,'a']
select * from (values (1,2),(3)) t
insert into t(b) values ('q')
insert into t(a,zz) values (1,2)
insert into t(a) values (1,2)
insert into t(a,b) values (1)
insert into t(a,a) values (1,2)
insert into t(a) values ('abc')
insert into t(a,c) values (5,100000)
insert into nope values (1)
insert into r values (7)
insert into p values (1)
insert into p values (null)
update t set a = null
update t set a = -1
update t set zz = 1
update nope set a = 1
delete from nope
delete from t where zz = 1
create table t(a int)
create table u(a int, a int)
create table u(a nosuchtype)
create table s9.u(a int)
create view v as select 1
create schema s1
drop table nope
drop view nope
drop schema nope
drop table v
drop view t
drop table p
drop sequence nope
alter table nope add column q int
alter table t add column a int
alter table t drop column zz
alter table t rename column zz to yy
alter table t rename to v
create index i on nope(a)
create index i on t(zz)
create unique index i2 on g(zz)
select nextval('nope')
select currval('nope')
select * from generate_series(1,10,0)
select chr(-1)
select 'a' ~ '('
select regexp_replace('a','(','x')
select make_date(2020,13,1)
select now() at time zone 'Nowhere/X'
select 'a'::bytea::int
select cast(1 as nosuch)
select 1::date
select true::date
select '2020-01-01'::date::int
select 'a'::bit
select null::nosuch
select $1
select :a
select * from t limit -1
select * from t offset -1
select * from t limit 'a'
with x as (select 1) select * from y
with recursive x as (select 1 union all select a from x) select * from x
select count(distinct *) from t
select lag(a) from t
select sum(a) over (order by zz) from t
select sum(a) over w from t
select * from t natural join g cross
select * from t join g using (zz)
select * from t join g on zz = 1
select * from t, t
select 1 /* unterminated
select @
select a b c from t
select * from t where a = = 1
select (1,2) = (1,2,3)
select array[1,2] + 1
select '5'::int4 + '6'::text
select length(1)
select upper(1)
select round(1.5, 'a')
select greatest(1,'a')
select nullif(1,'a')
truncate nope
create table x1 as select zz from t
create view v2 as select zz from t
insert into t select zz from g
insert into t select x, y from g on conflict (zz) do nothing
insert into g values (1) on conflict (x) do nothing
merge into nope using t on true when matched then delete
select exists(select zz from t)
select any_value(zz) from t
select 'abc' like 'a' escape 'xx'
select '{1,2'::int[]
select '1 2'::int
select '0x1'::numeric
select 1 < 'x'
select d < 'x' from t
select e > 1 from t
select 12::text + 1
create table x2(a int check (zz > 1))
create table x3(a int primary key, b int primary key)
create table x4(a int references nope(id))
create table x5(a int default zz)
select lower(lower())
select 10 % 0.0
select min(a,b,c,d) from t
select now(1)
select current_setting('nosuch')
select a from t group by 5
select 1 order by 2
select * from t order by count(*)
select 0::numeric ^ -1
select 1 << 'a'
select ~'a'
select (-9223372036854775808)::bigint / -1
select factorial(-1)
select factorial(100000)
select '99999-99-99'::date
select timestamp '294277-01-01'
select date '2020-01-01' + 2147483647
insert into two values (1,'x, b: y')
insert into two values (1,null)
select abs(-2147483648::int)
select 'c'::en
insert into te values ('zz')
select regexp_matches('a','[')
select regexp_matches('a','*')
select regexp_matches('a','a{2,1}')
select 'a' similar to '('
select chr(1114112)
select cast('x' as uuid)
select gen_random_uuid(1)
select 1 from generate_series(1,2,0)
select make_timestamp(2020,13,1,0,0,0)
select make_time(25,0,0)
select now() + 'x'::interval
select random(1)
select * from (select 1) t(a,b)
select * from t where (select a,b from t)
select max(max(a)) from t
select sum(a) over (partition by sum(b)) from t
select sum(sum(a)) from t
select * from t order by 1,2,3,99
select a from t group by 99
select cast(x as int) from (values ('1'),('b')) t(x)
select x::int/0 from (values (1)) t(x)
update t set a = 'zz'
update p set id = null
insert into t(a,c) values (1,1e10)
drop type en
create unique index ui on two(a,zz)
create or replace view v as select zz from t
create sequence sq
create sequence s2 increment 0
create sequence s2 minvalue 5 maxvalue 1
insert into t(a) select a from t where 1/0 = 1
insert into te values (null) returning zz
insert into t default values
select x -> x+1
select * from nopefunc(1)
select count(distinct a, b) from t
select string_agg(a, b, c) from t
select sum(a) filter (where zz) from t
select distinct on (zz) a from t
select 1 intersect select 'a'::date
select * from t union select 1
with recursive r as (select 1 as n union all select n+1, 2 from r) select * from r
with x as (select 1), x as (select 2) select 1
with recursive r(n) as (select 1 union all select 'a' from r) select * from r
select * from t t1 join t t1 on true
select exists(select 1, zz)
select case a when 'x' then 1 end from t
select a between 'a' and 'b' from t
select a in ('x') from t
select a in (1,'x') from t
create table nope.x(a int)
select current_setting('nope')
select json('{')
select json_array_length('{')
select '[1'::json
select timezone('Nope', now())
select '2020-01-01T25:00'::timestamptz
select time '24:00:01'
select 'P1Z'::interval
select timestamp 'infinity' - timestamp '2020-01-01'
select pow(0,-1)
select log(10,-1)
select atanh(2)
select asin(2)
select trunc('a')
select 5 % 0.0
select gcd(-9223372036854775808, -9223372036854775808)
select lcm(9223372036854775807, 2)
select bit_count('a')
select typeof(nope)
select string_split(1,2)
select concat()
select coalesce()
select nullif(1)
select currval('nosq')
select t.t from t
select *
values (1),(2,3)
values (1),('a')
values (zz)
table nope
drop index nope
drop type nope
alter sequence nope owned by t
alter view v rename to t
comment on table nope is 'x'
comment on column t.zz is 'x'
select a from "Nope"
select a from public.nope
select * from nope n join t on true
select t.a, nope.b from t join nope on true
insert into s1.nope values (1)
update s1.nope set a = 1
delete from s1.nope where a = 1
select "zz top" from t
select upper(zz) from t
select t.a from t where t.zz = 1
select t.a from t order by t.zz
select t.a from t group by t.zz
select a from t having sum(zz) > 1
select x.a from (select 1 as b) x
select x.zz from (select 1 as a) x
with x as (select 1 as a) select zz from x
with x as (select 1 as a) select x.zz from x
select (select zz)
select b from g
select a as x from t, p where id = zz
select id from p, r
select x from g, g h
select p.id from p join r on id = 1
insert into g(x) select zz from t
update g set x = zz
update g set zz = 1 where x = 1
delete from g where g.zz = 1
select abs()
select abs(1,2)
select length(1,2)
select lower(true)
select sqrt('a'::text)
select substr(1, 2)
select round(1,2,3)
select coalesce(zz, 1)
select max()
select count(1,2)
select sum(d) from t
select avg(b) from t
select min() from t
select bool_and(1)
select array_agg()
select date '2020-01-01' + date '2020-01-01'
select timestamp '2020-01-01' + timestamp '2020-01-01'
select date '2020-01-01' * 2
select true + true
select true * 2
select true - true
select 1 + true
select '1'::text + '1'::text
select '1'::text - 1
select '1'::text * 2
select '1'::text / 2
select b - a from t
select b * b from t
select -b from t
select -true
select -date '2020-01-01'
select b + d from t
select array[1] * 2
select 1 & 1.5::float8
select 'a'::text | 1
select true & true
select interval '1 day' * interval '1 day'
select interval '1 day' + 1
select date '2020-01-01' < 1
select timestamp '2020-01-01' > 5
select 1 >= interval '1 day'
select array[1] < 1
select a > d from t
select d <= a from t
select 'x'::int
select '-'::int
select '+'::int
select '1,000'::int
select '1e'::float8
select 'x'::float8
select '1.2.3'::numeric
select '-'::numeric
select 'infinit'::float8
select 'maybe'::boolean
select 'tr ue'::boolean
select '2'::boolean
select ''::boolean
select ''::date
select ''::timestamp
select ''::numeric
select ''::float8
select ''::uuid
select ''::json
select ''::interval
select ''::bigint
select 'x'::smallint
select '32768'::smallint
select '-32769'::smallint
select '2147483648'::int
select '-2147483649'::int
select '9223372036854775808'::bigint
select 32768::smallint
select -32769::smallint
select 2147483648::int
select 9223372036854775808::bigint
select 2147483648::smallint
select 1e20::bigint
select 'infinity'::float8::int
select 'nan'::float8::bigint
select '-infinity'::float8::smallint
select 99999.5::numeric::smallint
select 100000::numeric(5,2)
select -1000::numeric(5,2)
select 1000::numeric(3,0)
select '1000'::numeric(3,0)
select 10::numeric(1,1)
select 1::numeric(2,2)
insert into t(a,c) values (1,1000)
insert into t(a,c) values (1,-1000.001)
update t set c = 1e6
insert into g(x) values (99999999999)
insert into g(x) values ('x')
insert into g(x) values ('99999999999')
insert into g(x) values (1e10)
insert into t(a,d) values (1,'x')
insert into t(a,d) values (1,'2020-02-30')
insert into t(a,e) values (1,'2020-02-30')
insert into t(a,e) values (1,'yesterday-ish')
select '2020-00-01'::date
select '2020-01-00'::date
select '2020-01-32'::date
select '2021-02-29'::date
select '2020-1-99'::date
select 'foo 2020'::date
select '2020-01-01 12:60:00'::timestamp
select '2020-01-01 12:00:61'::timestamp
select '2020-13-01 12:00:00'::timestamp
select '2020-13-01 12:00:00'::timestamptz
select 'foo'::timestamptz
select '12:60:00'::time
select '24:00:01'::time
select 'foo'::time
select 'foo'::interval
select '1 day foo'::interval
select 'zz-zz'::uuid
select '123e4567-e89b-12d3-a456-42661417400'::uuid
select '{"a":}'::json
select '[1,'::json
select 'nul'::json
select '{a:1}'::json
select 5/0
select 5%0
select 5.0/0
select 0/0
select a/0 from t
select a%0 from t
select a/(a-a) from t
select c/0 from t
select 1::bigint%0
select sum(a)/0 from t
select 2147483647::int + 1::int
select 2147483647 + x from g
select -2147483648::int - 1::int
select (-2147483648)::int - 1
select x * 2147483647 * 2147483647 from g
select 9223372036854775807::bigint + 1
select 9223372036854775807::bigint * 2
select (-9223372036854775808)::bigint - 1
select 32767::smallint + 1::smallint
select (-32768)::smallint - 1::smallint
select 32767::smallint * 2::smallint
select sqrt(-2.5)
select sqrt(-1::float8)
select ln(0::float8)
select ln(-1.5)
select log(-1)
select power(0, -2)
select acos(-2)
select max(count(*)) from t
select a, sum(a) from t
select t.a, sum(t.a) from t
select t.a, t.b from t group by t.a
select x.a, count(*) from t x
select t.a from t group by t.b
select t.b from t having count(*) > 0
select a from t where sum(a) > 0
select a from t where count(*) > 0
select a from t where row_number() over () = 1
select a from t where max(a) over () = 1
select count(*) from t group by count(*)
select sum(a) filter (where sum(a) > 1) from t
update t set a = sum(a)
update t set a = row_number() over ()
delete from t where count(*) = 1
insert into g(x) values (sum(1))
insert into g(x) values (count(*))
select rank() from t
select dense_rank() from t
select ntile(4) from t
select first_value(a) from t
select 1 union all select 1, 2
select 1, 2 intersect select 1
select 1, 2 except select 1
select (select 1, 2)
select (select a, b from t)
select 1 = (select 1, 2)
select (select x from (values (1), (2)) v(x))
select 1 where 1 = (select x from (values (1), (2)) v(x))
values (1), (1, 2)
values (1, 2), (1)
insert into g values (1, 'a', 1.0, 2)
insert into g(x, y) values (1)
insert into g(x) values (1, 2)
insert into g(x, x) values (1, 2)
insert into g(x, zz) values (1, 2)
insert into t(a) values (null)
insert into t(a) values (-5)
insert into t(a) values (0)
insert into t(a, b) values (1, 'x')
insert into p values (1), (1)
insert into p values (2), (null)
insert into p(id) select 1
insert into r values (99)
insert into r select 99
update t set a = 0
update t set a = null where a = 1
create table t(x int)
create table v(x int)
create view t as select 1
create table if not exists nope2(a int, b int, a int)
create table c1(a int primary key, primary key (a))
create table c2(a nosuch(5))
create table c3(a int references nosuch)
create table c4(a int check (nosuch > 0))
create table nosuch.c6(a int)
create table c7 as select * from nosuch
create table c8 as select nosuch from t
create view v9 as select * from nosuch
create view v9 as select nosuch from t
drop table nosuch
drop table s1.nosuch
drop view nosuch
drop schema nosuch
drop sequence nosuch
drop index nosuch
drop type nosuch
alter table nosuch add column a int
alter table nosuch drop column a
alter table nosuch rename to b
alter table t add column b text
alter table t drop column nosuch
alter table t rename column nosuch to x
alter table t rename column a to b
alter table t rename to g
alter table t alter column nosuch type int
alter table t alter column nosuch set not null
alter table t alter column nosuch set default 1
create index ii on t(nosuch)
create index ii on t(lower(nosuch))
truncate nosuch
truncate s1.nosuch
select nextval('nosuch')
select nextval('s1.nosuch')
select setval('nosuch', 1)
select 1::uuid
select 1::timestamp
select 1.5::date
select true::uuid
select date '2020-01-01'::int
select date '2020-01-01'::boolean
select date '2020-01-01'::uuid
select timestamp '2020-01-01'::int
select timestamp '2020-01-01'::boolean
select time '01:00'::date
select time '01:00'::int
select interval '1 day'::int
select interval '1 day'::date
select gen_random_uuid()::int
select array[1]::int
select 1::int[]
select '1'::bytea::int
select make_date(2020, 2, 30)
select make_date(2020, 13, 1)
select make_time(25, 0, 0)
select make_timestamp(2020, 13, 1, 0, 0, 0)
select timestamp '2020-01-01' at time zone 'No/Where'
select chr(-5)
select 'a' like 'b' escape 'cc'
select 'a' ~ '['
select 'a' ~ '*'
select 'a' ~ 'a)'
select 'a' ~ '(('
select regexp_replace('a', '[', 'b')
select * from t limit -5
select * from t offset -5
select * from t limit 1 offset -5
select * from t limit 'x'
select a from t order by 0
select a from t order by 2
select a, b from t order by 3
select a from t group by 0
select a from t group by 2
select * from t join g using (nosuch)
select * from t join g using (a)
select * from g join t using (x)
select * from t join t on true
with a as (select 1), a as (select 2) select 1
select sum(a) over nosuch from t
insert into t(a, b) values (1, 'x') on conflict (nosuch) do nothing
insert into g(x) values (1) on conflict (x) do nothing
insert into g(x) values (1) on conflict (y) do update set x = 1
select 1 from
select 1 from t where a =
select 1 from t where a in
select 1 from t join
select 1 from t join g on
select 1 from t order by
select 1 from t group by
select 1 from t limit
select (1 +
select ((1)
select case when 1
select case when true then
insert into t (
insert into t (a
insert into t (a) values
insert into t (a) values (
update t
update t set a
update t set a =
delete from
delete from t where
create table x (
create table x (a
create view
create view x as
drop table
alter table t
alter table t add
select 1 1
select from from from
selct 1
select 1 + + from t
select * from t where and
select * from t where a = 1 and
select * from (select 1
select , 1
select * from t t t
select 1 as 1
insert t values (1)
update set a = 1
select 'a' 'b'
select count(* from t
select a from t where a = 1)
select ]
select 1 limit 1 limit 2
create tabel x (a int)
with x as select 1 select 1
with x (select 1) select 1
