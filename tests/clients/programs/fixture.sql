CREATE SCHEMA shop;
CREATE TABLE shop.customers (
    id integer PRIMARY KEY,
    name varchar(100) NOT NULL,
    email text UNIQUE,
    balance numeric(12, 2) DEFAULT 0,
    active boolean DEFAULT true,
    tags text[],
    born date
);
CREATE TABLE shop.orders (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES shop.customers (id),
    amount double precision NOT NULL,
    note text,
    placed_at timestamptz,
    details jsonb
);
CREATE INDEX orders_customer_idx ON shop.orders (customer_id);
CREATE TABLE shop.lines (
    order_id bigint,
    line smallint,
    article char(8),
    quantity integer,
    PRIMARY KEY (order_id, line)
);
CREATE VIEW shop.totals AS
    SELECT customer_id, count(*) AS orders, sum(amount) AS amount FROM shop.orders GROUP BY customer_id;
COMMENT ON TABLE shop.customers IS 'people who buy';
COMMENT ON COLUMN shop.customers.email IS 'where to write';
INSERT INTO shop.customers VALUES
    (1, 'Ada', 'ada@example.com', 10.50, true, '{a,"b c",NULL}', '1815-12-10'),
    (2, 'Grace', NULL, NULL, NULL, '{}', NULL),
    (3, 'Käthe', 'kaethe@example.com', -1, false, NULL, '1980-02-29');
INSERT INTO shop.orders VALUES
    (10, 1, 1.5, 'first', '2026-03-01 12:00:00+00', '{"items": [1, 2], "gift": null}'),
    (11, 1, 2.25, NULL, '2026-07-01 12:00:00.123456+00', '[]'),
    (12, 3, -0.5, '', NULL, NULL);
INSERT INTO shop.lines VALUES (10, 1, 'abc', 3), (10, 2, 'de', NULL);
