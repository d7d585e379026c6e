<?php
// PHP: PDO and the pgsql extension: `php pdo.php HOST PORT`.
[, $host, $port] = $argv;
$pdo = new PDO("pgsql:host=$host;port=$port;dbname=hookwire;user=hookwire");
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);

function show($value) { echo json_encode($value, JSON_UNESCAPED_UNICODE | JSON_PARTIAL_OUTPUT_ON_ERROR), "\n"; }

function section($name, $body) {
    echo "== $name\n";
    try { $body(); } catch (Throwable $failure) { echo "FAILED ", $failure, "\n"; }
}

function error($body) {
    try { $body(); echo "no error\n"; } catch (PDOException $failure) { show($failure->errorInfo); }
}

section('queries and parameters', function () use ($pdo) {
    foreach ([false, true] as $emulated) {
        $pdo->setAttribute(PDO::ATTR_EMULATE_PREPARES, $emulated);
        $statement = $pdo->prepare('SELECT id, name, balance, active, tags, born FROM shop.customers WHERE id >= :id ORDER BY id');
        $statement->bindValue('id', 1, PDO::PARAM_INT);
        $statement->execute();
        show($statement->fetchAll(PDO::FETCH_ASSOC));
        $statement = $pdo->prepare('SELECT ?::text AS t, ?::bool AS b, ?::int4 AS n, ?::float8 AS f');
        $statement->execute(["it's ü", 'true', null, 1.5]);
        show($statement->fetch(PDO::FETCH_ASSOC));
    }
    $pdo->setAttribute(PDO::ATTR_EMULATE_PREPARES, false);
});

section('column metadata', function () use ($pdo) {
    $statement = $pdo->query('SELECT c.id, c.name, o.amount, o.amount * 2 AS twice FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id');
    for ($i = 0; $i < $statement->columnCount(); $i++) {
        $meta = $statement->getColumnMeta($i);
        show([$meta['name'], $meta['native_type'], $meta['table'] ?? null, $meta['len'], $meta['precision'], $meta['pgsql:oid'], ($meta['pgsql:table_oid'] ?? 0) > 0]);
    }
});

section('transactions and errors', function () use ($pdo) {
    $pdo->beginTransaction();
    show($pdo->exec("INSERT INTO shop.lines VALUES (95, 1, 'x', 1)"));
    error(fn () => $pdo->query('SELECT * FROM shop.missing'));
    error(fn () => $pdo->query('SELECT 1'));
    $pdo->rollBack();
    error(fn () => $pdo->query('SELECT 1 / 0'));
    show($pdo->query('SELECT count(*) FROM shop.lines WHERE order_id = 95')->fetchColumn());
});

section('copy', function () use ($pdo) {
    $pdo->exec('CREATE TABLE shop.by_php (id int, name text)');
    show($pdo->pgsqlCopyFromArray('shop.by_php', ["1\tone", "2\t\\N"]));
    show($pdo->pgsqlCopyToArray('shop.by_php'));
    $pdo->exec('DROP TABLE shop.by_php');
});

section('the pgsql extension', function () use ($host, $port) {
    $connection = pg_connect("host=$host port=$port dbname=hookwire user=hookwire");
    $result = pg_query_params($connection, 'SELECT id, name FROM shop.customers WHERE id = ANY ($1) ORDER BY id', ['{1,3}']);
    show(pg_fetch_all($result));
    show([pg_field_table($result, 0), pg_field_type($result, 1), pg_field_size($result, 0)]);
    show(pg_meta_data($connection, 'shop.lines'));
    show(pg_insert($connection, 'shop.lines', ['order_id' => 94, 'line' => 1, 'article' => 'php']) !== false);
    show(pg_select($connection, 'shop.lines', ['order_id' => 94]));
    show(pg_delete($connection, 'shop.lines', ['order_id' => 94]));
    pg_send_query($connection, 'SELECT 1; SELECT nowhere');
    show(pg_fetch_all(pg_get_result($connection)));
    show(pg_result_error_field(pg_get_result($connection), PGSQL_DIAG_SQLSTATE));
});
