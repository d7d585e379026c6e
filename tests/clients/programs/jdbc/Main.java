import java.sql.Connection;
import java.sql.DriverManager;
import java.util.TimeZone;

/** All sections against one server: `java Main jdbc:postgresql://HOST:PORT/DATABASE?user=USER`. */
final class Main {
    public static void main(String[] arguments) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        String url = arguments[0];
        try (Connection connection = DriverManager.getConnection(url)) {
            Report.section("version", () -> Report.line(connection.getMetaData().getDriverVersion()));
            new Metadata(connection).run();
            new Sessions(url, connection).run();
        }
        try (Connection text = DriverManager.getConnection(url + "&binaryTransfer=false")) {
            new Values(text).run("text");
        }
        try (Connection binary = DriverManager.getConnection(url + "&prepareThreshold=-1")) {
            new Values(binary).run("binary");
        }
        try (Connection changing = DriverManager.getConnection(url + "&prepareThreshold=2")) {
            new Values(changing).run("prepareThreshold");
        }
    }
}
