-- Chapter 7: FROM, WHERE, GROUP BY, set operations, WITH.
select ⟨*¦ev.id¦e.id¦id, s¦id as x, s y¦ev.*¦id + 1, s || '!'⟩ from ev ⟨ ¦e⟩ where id < 3 order by 1
select id, name from ev ⟨join¦left join¦right join¦full join¦inner join¦left outer join¦full outer join⟩ dep on dep.ev_id = ev.id order by id nulls last, name
select * from (values (1, 'a'), (2, 'b')) t(x, y) ⟨natural join¦cross join¦join¦left join¦full join⟩ (values (1, 'c'), (3, 'd')) u(x, z) ⟨ ¦using (x)¦on t.x = u.x¦on true⟩ order by 1, 2, 3
select * from ⟨(values (1, 2), (3, 4)) v¦(values (1, 2), (3, 4)) v(a)¦(values (1), (2.5)) v(a)¦(values (1), ('x')) v(a)¦(values (1, 2), (3)) v¦(select 1 as a union select 2) q¦generate_series(1, 3)¦generate_series(1, 3) g¦generate_series(1, 3) g(x)¦generate_series(1, 3) with ordinality¦generate_series(1, 3) with ordinality as t(a, b)¦unnest(array[1, 2])¦unnest(array['a', 'b']) with ordinality u(v, n)¦unnest(array[1, 2], array['a', 'b', 'c'])¦nosuch¦public.nosuch¦nosuch.ev⟩
select id, x from ev, lateral (select ⟨id * 2 as x¦max(qty) as x from dep where dep.ev_id = ev.id¦name as x from dep where dep.ev_id = ev.id order by name limit 1⟩) l order by 1, 2
select e.id, l.v from ev e ⟨left join lateral¦cross join lateral¦join lateral⟩ unnest(e.arr) as l(v) ⟨on true¦ ⟩ order by 1, 2
select ⟨name¦name, count(*)¦name, sum(qty)¦count(*)¦name as n, max(amount)¦qty¦upper(name), min(qty)⟩ from dep group by ⟨name¦1¦name, qty¦()¦upper(name)⟩ order by 1
select name, count(*) from dep group by name having ⟨count(*) > 1¦name = 'x'¦sum(qty) > 1¦qty > 1¦true¦count(*)⟩ order by name
select name, ev_id, count(*), sum(qty), grouping(name) from dep group by ⟨rollup (name, ev_id)¦cube (name, ev_id)¦grouping sets ((name), (ev_id), ())¦grouping sets ((name, ev_id))⟩ order by 1, 2, 3, 4, 5
select id from ev where id < 3 ⟨union¦union all¦intersect¦except¦intersect all¦except all⟩ select ev_id from dep ⟨ ¦where ev_id is not null¦where false⟩ order by 1
select ⟨1¦null¦'x'¦1.5¦'1'⟩ ⟨union¦union all¦except¦intersect⟩ select ⟨1¦2.5¦null¦'x'⟩ order by 1
select id, s from ev order by ⟨s¦s desc¦s nulls first¦s desc nulls last¦2¦3¦id desc¦-id¦id % 2, id¦nosuch¦lower(s)¦s collate "C"¦upper(s) desc⟩
select id as k, id * 2 as dbl from ev order by ⟨k¦dbl desc¦k + 1¦id¦k, dbl¦ev.id⟩ limit ⟨2¦0¦null¦all¦1 + 1¦-1¦'2'¦100¦x⟩
select id from ev order by id offset ⟨2¦0¦2 rows¦null¦-1¦4 limit 1⟩
select id from ev order by id fetch ⟨first row only¦first 2 rows only¦next 3 rows only¦first 2 rows with ties⟩
select distinct ⟨name¦name, qty¦qty % 2¦on (name) name, qty¦on (name) name, qty, ev_id¦on (ev_id % 2) ev_id⟩ from dep order by 1, ⟨2¦name⟩
with ⟨a as (select 1 as x)¦a(x) as (select 1)¦a(x, y) as (select 1)¦a as materialized (select 1 as x)¦a as not materialized (select 2 as x)¦recursive a(x) as (select 1 union all select x + 1 from a where x < 4)¦recursive a(x) as (values (1) union select x % 3 + 1 from a)⟩ select * from a order by 1
with a as (select 1 as x), b as (select x + 1 as y from ⟨a¦nosuch¦b⟩) select ⟨* from b¦y from b¦* from a, b¦count(*) from b⟩
select ⟨(select max(id) from ev)¦(select id from ev where id = 1)¦(select id from ev)¦(select id from ev where false)¦(select id, s from ev where id = 1)¦exists (select 1 from ev where false)¦exists (select from ev)¦array(select id from ev order by id)¦1 in (select id from ev)¦1 = any (select id from ev)¦1 > all (select id from ev)¦9 not in (select ev_id from dep)¦(1, 'Alpha') in (select id, s from ev)⟩
select e.id from ev e where ⟨exists (select 1 from dep d where d.ev_id = e.id)¦not exists (select 1 from dep d where d.ev_id = e.id)¦e.id in (select ev_id from dep)¦e.id not in (select ev_id from dep)¦e.id > all (select qty from dep where qty < 3)¦e.id = (select min(ev_id) from dep)¦e.n > (select avg(amount) from dep)⟩ order by 1
select ⟨"Id"¦Id¦"select"¦low¦LOW¦"LOW"¦"Odd Name"."Id"⟩ from "Odd Name" order by 1
select ⟨*¦1¦id¦⟩ from ⟨ev, dep¦ev e, ev f¦ev, ev¦ev as "E"¦ev tablesample system (100)⟩ where ⟨false¦true and false⟩
select ⟨id, row_number() over (order by id)¦id, rank() over (order by i2)¦id, sum(id) over (order by id rows between 1 preceding and current row)¦id, lag(id) over w, lead(id, 1, 0) over w¦id, first_value(s) over w, last_value(s) over w¦id, ntile(2) over w¦id, count(*) over ()¦id, nth_value(id, 2) over w¦id, percent_rank() over w, cume_dist() over w¦id, dense_rank() over (partition by flag order by id)¦id, sum(id) over (order by id range between unbounded preceding and current row)¦id, avg(id) over (order by id groups between 1 preceding and 1 following)¦id, sum(id) filter (where flag) over w⟩ from ev window w as (order by id) order by id
table ⟨ev¦dep¦nosuch⟩
values ⟨(1, 'a'), (2, 'b')¦(1), (2.5)¦(null), (1)¦(1, 2), (3)¦('a'), (1)⟩
select id from ev where id = 1 for ⟨update¦share¦no key update¦update nowait¦update skip locked¦update of ev¦update of nosuch⟩
