// postgres.js: `node postgres_js.js HOST PORT`.

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import postgres from "postgres";
import { error, section, show } from "./report.js";

const [host, port] = process.argv.slice(2);
const sql = postgres({ host, port: Number(port), user: "hookwire", database: "hookwire", max: 3, onnotice: () => {} });

await section("templates", async () => {
  show(await sql`SELECT id, name, tags, balance FROM shop.customers WHERE id IN ${sql([1, 3])} ORDER BY id`);
  show(await sql`SELECT ${7}::int4 AS i, ${"x"}::text AS t, ${null}::text AS n, ${true}::bool AS b, ${sql.json({ a: 1 })}::jsonb AS j, ${[1, 2]}::int4[] AS ia`);
  show(await sql`SELECT ${sql(["id", "note"])} FROM ${sql("shop.orders")} WHERE amount > ${1} ORDER BY id`);
  const described = await sql`SELECT name, balance FROM shop.customers WHERE id = ${1}`.describe();
  show(described.columns.map((column) => [column.name, column.type, column.number]));
  show(described.types);
});

await section("inserts", async () => {
  await sql`CREATE TABLE shop.inserted (id int PRIMARY KEY, name text, at timestamptz, data jsonb)`;
  const at = new Date(Date.UTC(2026, 0, 2));
  const rows = [{ id: 1, name: "one", at, data: { k: [1] } }, { id: 2, name: null, at: null, data: null }];
  show(await sql`INSERT INTO shop.inserted ${sql(rows, "id", "name", "at", "data")} RETURNING *`);
  show((await sql`UPDATE shop.inserted SET ${sql({ name: "changed" }, "name")} WHERE id = ${2}`).count);
  await error(() => sql`INSERT INTO shop.inserted VALUES (1)`);
  show(await sql`SELECT id, name FROM shop.inserted ORDER BY id`);
  await sql`DROP TABLE shop.inserted`;
});

await section("cursors", async () => {
  const counts = [];
  for await (const rows of sql`SELECT g FROM generate_series(1, 25) AS g`.cursor(10)) {
    counts.push(rows.length);
  }
  show(counts);
  let seen = 0;
  await sql`SELECT g FROM generate_series(1, 25) AS g`.cursor(10, () => (++seen === 1 ? sql.CLOSE : undefined));
  show(seen);
});

await section("transactions", async () => {
  show(await sql.begin(async (inner) => {
    await inner`INSERT INTO shop.lines VALUES (97, 1, 'x', 1)`;
    return inner`SELECT count(*)::int AS lines FROM shop.lines`;
  }));
  await error(() => sql.begin(async (inner) => {
    await inner`DELETE FROM shop.lines WHERE order_id = 97`;
    await inner`SELECT 1 / 0`;
  }));
  show(await sql`DELETE FROM shop.lines WHERE order_id = 97 RETURNING line`);
  const [first, second] = await sql.begin((inner) => [inner`SELECT 1 AS a`, inner`SELECT 2 AS b`]);
  show([first, second]);
});

await section("simple queries and raw values", async () => {
  show(await sql`SELECT 1 AS a; SELECT 'x' AS b`.simple());
  show((await sql`SELECT 'raw' AS r, 1.50::numeric(5,2) AS n`.raw())[0].map(String));
  show(await sql`SELECT kind, count(*)::int AS n FROM shop.events GROUP BY kind ORDER BY kind`.values());
});

await section("copy", async () => {
  await sql`CREATE TABLE shop.copied_js (id int, name text)`;
  await pipeline(Readable.from(["1\tone\n", "2\t\\N\n"]), await sql`COPY shop.copied_js FROM STDIN`.writable());
  const parts = [];
  for await (const part of await sql`COPY shop.copied_js TO STDOUT`.readable()) {
    parts.push(part);
  }
  show(Buffer.concat(parts).toString());
  await sql`DROP TABLE shop.copied_js`;
});

await section("listen", async () => {
  const arrived = new Promise((resolve) => sql.listen("js_news", resolve).then(() => sql.notify("js_news", "hello")));
  show(await arrived);
});

await section("cancel", async () => {
  const slow = sql`SELECT pg_sleep(30)`;
  const ended = error(() => slow);
  setTimeout(() => slow.cancel(), 300);
  await ended;
  show(await sql`SELECT 'alive' AS state`);
});

await sql.end({ timeout: 5 });
