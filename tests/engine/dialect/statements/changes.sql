-- INSERT, UPDATE, DELETE; each runs inside a transaction that is rolled back
insert into dep values (5, 'n', 1.5, 2) returning *
insert into dep (ev_id, name) values (5, 'n'), (6, default) returning ev_id, name, qty
insert into dep (name, ev_id) select s, id from ev where id < 3 returning ev_id as e, name || '!' as n
insert into dep (amount) values ('12.3456'), (7) returning amount
insert into dep (qty) values ('5') returning qty + 1, qty / 2
insert into dep as d (ev_id) values (1) returning d.ev_id
insert into dep default values returning *
insert into ev (id, body, arr, b, ts, iv) values (10, '{"b":1,"a":2}', '{1,2}', '\x00', '2024-01-01', '1 day') returning id, body, arr, b, ts, iv
insert into ev (id) values (1) on conflict do nothing returning id
insert into ev (id, s) values (1, 'new') on conflict (id) do update set s = excluded.s || ev.s where ev.id = 1 returning id, s
update dep set qty = qty + 1 where ev_id = 1 returning name, qty
update dep set name = upper(name), amount = amount * 2 returning name, amount
update dep d set name = e.s from ev e where e.id = d.ev_id and e.id = 1 returning d.name, d.ev_id
update dep set (name, qty) = ('z', 9) where ev_id = 2 returning *
update ev set body = '{"x":  1}' where id = 1 returning body
update ev set arr = array[7, 8], n = 1.005 where id = 1 returning arr, n
delete from dep where ev_id = 1 returning *
delete from dep d using ev e where e.id = d.ev_id and e.s = 'beta' returning d.name
delete from dep where name in ('x', 'y') and qty > 1 returning name
with gone as (delete from dep where ev_id = 1 returning name) select count(*) from gone
with new as (insert into dep (ev_id) values (77) returning ev_id) select * from new
with src as (select id from ev where id < 3) insert into dep (ev_id) select id from src returning ev_id
update dep set qty = null where qty is not null
delete from dep
insert into dep (ev_id) values (1)
insert into dep values (3, 'n', 1.5, 4) returning upper(name), qty * 2 as twice, dep.*
insert into dep as d values (3, 'n', 1.5, 4) returning (select s from ev where ev.id = d.ev_id), d.qty
insert into dep as d values (3, 'n', 1.5, 4) returning exists (select 1 from ev where id = ev_id), name
with q as (select 3 as g) insert into dep (ev_id, name) select g, 's' from q returning name || '!', ev_id
update dep set qty = 5 where name = 'y' returning (select s from ev where id = ev_id) as s, qty + 1
update dep as d set qty = 5 where name = 'y' returning case when d.qty > 4 then 'many' end
delete from dep d using ev where d.ev_id = ev.id and d.name = 'y' returning d.qty * 2, upper(d.name)
