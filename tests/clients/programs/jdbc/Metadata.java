import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import org.postgresql.PGResultSetMetaData;

/** What tools ask through DatabaseMetaData, ResultSetMetaData and ParameterMetaData. */
final class Metadata {
    private final Connection connection;
    private final DatabaseMetaData data;

    Metadata(Connection connection) throws Exception {
        this.connection = connection;
        this.data = connection.getMetaData();
    }

    void run() {
        Report.section("metadata: schemas and catalogs", () -> {
            Report.rows(data.getCatalogs());
            Report.rows(data.getSchemas(null, "sho_"));
            Report.rows(data.getSchemas(null, "p%"));
            Report.rows(data.getTableTypes());
            Report.line(connection.getCatalog(), connection.getSchema());
        });
        Report.section("metadata: getTables", () -> {
            Report.rows(data.getTables(null, "shop", "%", null));
            Report.rows(data.getTables("hookwire", "shop", "%", new String[] {"VIEW"}));
            Report.rows(data.getTables(null, "shop", "ord%", new String[] {"TABLE"}));
            Report.rows(data.getTables(null, "shop", "none", new String[] {"TABLE", "VIEW"}));
            Report.rows(data.getTables(null, "pg_catalog", "pg_clas_", new String[] {"SYSTEM TABLE"}));
        });
        Report.section("metadata: getColumns", () -> {
            Report.rows(data.getColumns(null, "shop", "%", "%"));
            Report.rows(data.getColumns(null, "pg_catalog", "pg_namespace", "nsp%"));
        });
        Report.section("metadata: keys", () -> {
            Report.rows(data.getPrimaryKeys(null, "shop", "customers"));
            Report.rows(data.getPrimaryKeys(null, "shop", "lines"));
            Report.rows(data.getPrimaryKeys(null, "shop", "events"));
            Report.rows(data.getImportedKeys(null, "shop", "orders"));
            Report.rows(data.getExportedKeys(null, "shop", "customers"));
            Report.rows(data.getCrossReference(null, "shop", "customers", null, "shop", "orders"));
            Report.rows(data.getBestRowIdentifier(
                null, "shop", "customers", DatabaseMetaData.bestRowSession, false));
            Report.rows(data.getVersionColumns(null, "shop", "customers"));
        });
        Report.section("metadata: getIndexInfo", () -> {
            Report.rows(data.getIndexInfo(null, "shop", "customers", false, true), "PAGES", "CARDINALITY");
            Report.rows(data.getIndexInfo(null, "shop", "customers", true, true), "PAGES", "CARDINALITY");
            Report.rows(data.getIndexInfo(null, "shop", "orders", false, true), "PAGES", "CARDINALITY");
            Report.rows(data.getIndexInfo(null, "shop", "lines", false, true), "PAGES", "CARDINALITY");
        });
        Report.section("metadata: types and functions", () -> {
            ResultSet types = data.getTypeInfo();
            while (types.next()) {
                String name = types.getString("TYPE_NAME");
                if (name.matches("bool|int[248]|float[48]|numeric|text|varchar|bpchar|bytea|date|time|timestamp"
                        + "|timestamptz|interval|uuid|jsonb?|name|oid|bit|varbit|inet|_text|_int4|serial")) {
                    Report.line(name, types.getInt("DATA_TYPE"), types.getInt("PRECISION"),
                        types.getString("LITERAL_PREFIX"), types.getBoolean("CASE_SENSITIVE"),
                        types.getInt("SEARCHABLE"), types.getBoolean("AUTO_INCREMENT"));
                }
            }
            Report.rows(data.getFunctions(null, "pg_catalog", "array_upper"), "specific_name", "remarks");
            Report.rows(data.getFunctionColumns(null, "pg_catalog", "array_upper", "%"), "SPECIFIC_NAME");
            Report.rows(data.getProcedures(null, "shop", "%"));
            Report.rows(data.getUDTs(null, "shop", "%", null));
            Report.rows(data.getClientInfoProperties());
        });
        Report.section("metadata: what the server is", () -> {
            Report.line(data.getDatabaseProductName(), data.getDatabaseMajorVersion() >= 15);
            Report.line(data.getIdentifierQuoteString(), data.getMaxColumnNameLength());
            Report.line(data.getDefaultTransactionIsolation(), data.isReadOnly(), data.getUserName());
            Report.line(data.getSQLKeywords());
            Report.line(data.supportsSavepoints(), data.supportsBatchUpdates());
        });
        Report.section("metadata: privileges", () -> {
            Report.rows(data.getTablePrivileges(null, "shop", "customers"));
            Report.rows(data.getColumnPrivileges(null, "shop", "customers", "email"));
        });
        Report.section("ResultSetMetaData", this::results);
        Report.section("ParameterMetaData", this::parameters);
    }

    private void results() throws Exception {
        String[] queries = {
            "SELECT c.id AS number, c.name, c.balance, c.balance * 2 AS twice, c.tags, o.amount, o.placed_at"
                + " FROM shop.customers c JOIN shop.orders o ON o.customer_id = c.id",
            "SELECT * FROM shop.events",
            "SELECT * FROM shop.totals",
            "SELECT article, 'x'::varchar(7) AS v, 1.5::numeric(6,3) AS n, now() AS t FROM shop.lines",
        };
        try (Statement statement = connection.createStatement()) {
            for (String query : queries) {
                ResultSetMetaData meta = statement.executeQuery(query).getMetaData();
                PGResultSetMetaData base = meta.unwrap(PGResultSetMetaData.class);
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    if (meta.getColumnLabel(i).equals("received_at")) {
                        continue;
                    }
                    Report.line(meta.getColumnLabel(i), meta.getColumnTypeName(i), meta.getColumnType(i),
                        meta.getPrecision(i), meta.getScale(i), meta.getColumnDisplaySize(i),
                        meta.isNullable(i), meta.isAutoIncrement(i), meta.getColumnClassName(i),
                        meta.isSigned(i), meta.getTableName(i), meta.getSchemaName(i),
                        base.getBaseColumnName(i), base.getBaseTableName(i), base.getBaseSchemaName(i));
                }
            }
        }
    }

    private void parameters() throws Exception {
        String[] queries = {
            "SELECT * FROM shop.customers WHERE id = ? AND name = ? AND balance > ? AND born < ?",
            "SELECT ?::jsonb, ?::timestamptz, ?::uuid, ?::text[]",
            "SELECT * FROM shop.orders WHERE id = ANY (?) LIMIT ?",
            "INSERT INTO shop.lines VALUES (?, ?, ?, ?)",
        };
        for (String query : queries) {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                ParameterMetaData meta = statement.getParameterMetaData();
                for (int i = 1; i <= meta.getParameterCount(); i++) {
                    Report.line(i, meta.getParameterTypeName(i), meta.getParameterType(i),
                        meta.getParameterClassName(i), meta.isSigned(i));
                }
                ResultSetMetaData before = statement.getMetaData();
                Report.line(before == null ? "no rows" : before.getColumnCount() + " columns");
            }
        }
    }
}
