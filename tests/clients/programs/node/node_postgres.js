// node-postgres: `node node_postgres.js HOST PORT`.

import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import pg from "pg";
import Cursor from "pg-cursor";
import QueryStream from "pg-query-stream";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { error, section, show } from "./report.js";

const [host, port] = process.argv.slice(2);
const where = { host, port: Number(port), user: "hookwire", database: "hookwire" };
const client = new pg.Client(where);
client.on("error", () => {});
await client.connect();

const columns = (result) => result.fields.map((field) => [field.name, field.dataTypeID, field.columnID, field.tableID > 0]);

await section("queries and parameters", async () => {
  const result = await client.query("SELECT id, name, balance, tags, born::text, active FROM shop.customers WHERE id = ANY ($1) ORDER BY id", [[1, 2, 3]]);
  show([result.command, result.rowCount, columns(result), result.rows]);
  const values = [true, 7, "ü'\"", null, [1, null], ["a b", ""], { a: [1, "x"] }, new Date(0), Buffer.from([0, 255]), "1.50"];
  const sql = "SELECT $1::bool b, $2::int4 i, $3::text t, $4::text n, $5::int4[] ia, $6::text[] ta, $7::jsonb j, $8::timestamptz ts, $9::bytea y, $10::numeric(6,2) d";
  show((await client.query(sql, values)).rows);
  show((await client.query({ text: sql, values, rowMode: "array" })).rows);
  show((await client.query({ text: "SELECT $1::int8 AS big, 1.5::float8 AS f, 'NaN'::float8 AS nan", values: ["9007199254740993"] })).rows);
  show((await client.query("SELECT 1 AS a; SELECT 2 AS b; SELECT 3 WHERE false")).map((one) => one.rows));
});

await section("binary results", async () => {
  const text = "SELECT 7::int4 AS i, 1.5::float8 AS f, true AS b, 'x'::text AS t, '2026-01-02 03:04:05+00'::timestamptz AS ts, 12.5::numeric AS n, ARRAY[1,2] AS a";
  show((await client.query({ text, binary: true })).rows);
});

await section("named statements", async () => {
  for (let i = 0; i < 3; i++) {
    const result = await client.query({ name: "by-kind", text: "SELECT body->'n' AS n, headers->'x-tag' AS tag, kind FROM shop.events WHERE kind = $1 ORDER BY (body->>'n')::int", values: ["push"] });
    show(result.rows);
  }
  await error(() => client.query({ name: "by-kind", text: "SELECT 1" }));
});

await section("pg-cursor", async () => {
  const cursor = client.query(new Cursor("SELECT g AS number FROM generate_series(1, $1) AS g", [250]));
  const counts = [];
  for (let rows = await cursor.read(100); rows.length; rows = await cursor.read(100)) {
    counts.push([rows.length, rows.at(-1).number]);
  }
  show(counts);
  await cursor.close();
  const early = client.query(new Cursor("SELECT g FROM generate_series(1, 1000000) AS g"));
  show((await early.read(2)).length);
  await early.close();
  await error(() => client.query(new Cursor("SELECT 1 / 0")).read(1));
  show((await client.query("SELECT 'alive' AS state")).rows);
});

await section("pg-query-stream", async () => {
  let sum = 0;
  for await (const row of client.query(new QueryStream("SELECT g FROM generate_series(1, 5000) AS g", [], { batchSize: 500 }))) {
    sum += row.g;
  }
  show(sum);
});

await section("pg-copy-streams", async () => {
  await client.query("CREATE TABLE shop.streamed (id int, name text)");
  const lines = Readable.from(["1\tone\n2\t\\N\n", "3\tthr", "ee\n"]);
  await pipeline(lines, client.query(copyFrom("COPY shop.streamed FROM STDIN")));
  const parts = [];
  for await (const part of client.query(copyTo("COPY (SELECT * FROM shop.streamed ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)"))) {
    parts.push(part);
  }
  show(Buffer.concat(parts).toString());
  await error(() => pipeline(Readable.from(["x\ty\n"]), client.query(copyFrom("COPY shop.streamed FROM STDIN"))));
  await client.query("DROP TABLE shop.streamed");
});

await section("transactions and errors", async () => {
  await client.query("BEGIN");
  await client.query("INSERT INTO shop.lines VALUES (99, 1, 'x', 1)");
  await error(() => client.query("SELECT * FROM shop.missing"));
  await error(() => client.query("SELECT 1"));
  show((await client.query("ROLLBACK")).command);
  await error(() => client.query("SELECT nowhere"));
  await error(() => client.query("SELECT $1::int", ["x"]));
  await error(() => client.query("INSERT INTO shop.customers (id, name) VALUES (1, 'x')"));
  const inserted = await client.query("INSERT INTO shop.lines VALUES ($1, 1, 'x', 1) RETURNING *", [98]);
  show([inserted.command, inserted.rowCount, inserted.rows]);
  show((await client.query("DELETE FROM shop.lines WHERE order_id = 98")).rowCount);
});

await section("notifications and notices", async () => {
  const arrived = new Promise((resolve) => client.once("notification", (n) => resolve([n.channel, n.payload])));
  const noticed = new Promise((resolve) => client.once("notice", (n) => resolve([n.severity, n.message])));
  await client.query("LISTEN node_news");
  await client.query("SELECT pg_notify('node_news', 'hello')");
  show(await arrived);
  await client.query("DROP SCHEMA IF EXISTS never_was");
  show(await noticed);
});

await section("pool", async () => {
  const pool = new pg.Pool({ ...where, max: 4, statement_timeout: 5000, application_name: "the pool" });
  const results = await Promise.all(Array.from({ length: 40 }, (_, i) => pool.query("SELECT $1::int * 2 AS twice", [i])));
  show(results.reduce((sum, result) => sum + result.rows[0].twice, 0));
  show((await pool.query("SELECT current_setting('statement_timeout') AS t, current_setting('application_name') AS a")).rows);
  await pool.end();
});

await section("statement_timeout", async () => {
  const timed = new pg.Client({ ...where, statement_timeout: 150 });
  await timed.connect();
  await error(() => timed.query("SELECT pg_sleep(30)"));
  show((await timed.query("SELECT 'alive' AS state")).rows);
  await timed.end();
});

await client.end();
