-- What the statements of same.sql and same_state.sql work on, in PostgreSQL and in DuckDB.
create table t(a int not null, b text unique, c numeric(5,2), d date, e timestamp, check(a>0));
create table p(id int primary key);
create table r(id int references p(id));
create table g(x int, y text, z float8);
insert into g values (1,'one',1.5);
insert into t(a,b,c) values (1,'x',1.0);
insert into p values (1);
create view v as select a from t;
create schema s1;
create sequence sq;
