package org.patientsapi.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An Elasticsearch node in the data directory, listening on this machine only and without users: whoever is logged
 * in here can reach it.
 */
final class ElasticsearchServer extends Server {

    /** A shard that can be read is on its way by then, whatever time it takes to open. */
    private static final Duration UNASSIGNED_FOR = Duration.ofSeconds(10);

    /** Before the node has read which indices there are it knows of no shards either. */
    private static final Pattern UNASSIGNED = Pattern.compile("\"unassigned_shards\":[1-9]");

    private static final String ALONE = """
            node.name: embedded
            discovery.type: single-node
            transport.port: 0
            """;

    private final DataDirectory data;
    private final Software software;
    private final int heapMegabytes;
    private final boolean quick;
    private final @Nullable ElasticsearchSeat seat;
    private @Nullable Long unassignedSince;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    ElasticsearchServer(BackendSettings settings, DataDirectory data, Software software, ServerAccount account) {
        super(settings, settings.elasticsearchPort(), data.logs().resolve("elasticsearch.log"), account);
        this.data = data;
        this.software = software;
        this.heapMegabytes = settings.elasticsearchHeapMegabytes();
        this.quick = settings.quickElasticsearch();
        this.seat = settings.elasticsearchSeat();
    }

    @Override
    String title() {
        return "Elasticsearch " + Software.elasticsearchVersion();
    }

    void open() {
        software.elasticsearch();
        progress(title() + " is starting, which takes some 10 to 20 s");
        start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Ends what an earlier run that was killed has left running on this node's folder. */
    static void endOrphans(DataDirectory data, ServerAccount account) {
        String marker = marker(data);
        String pidFile = pidFile(data).toString();
        List<ProcessHandle> orphans = Processes.workingOn(
                data.elasticsearch(), line -> line.contains(marker) || line.contains(pidFile), account);
        orphans.forEach(ProcessHandle::destroy);
        Processes.endAll(orphans, Duration.ofSeconds(15));
    }

    @Override
    void prepare(int port) throws IOException {
        unassignedSince = null;
        Path home = data.elasticsearch();
        Path config = home.resolve("config");
        FileTrees.delete(home.resolve("tmp"));
        Files.createDirectories(home.resolve("tmp"));
        Files.createDirectories(home.resolve("data"));
        Files.createDirectories(config.resolve("jvm.options.d"));
        Files.writeString(config.resolve("elasticsearch.yml"), """
                # Written at every start.
                cluster.name: patients
                path.data: %s
                path.logs: %s
                network.host: 127.0.0.1
                http.port: %s
                xpack.security.enabled: false
                action.auto_create_index: false
                # In bytes: a share of a developer's large disk would stop a node that has room enough. Below the last one
                # every index refuses writes until there is room again.
                cluster.routing.allocation.disk.watermark.low: 1gb
                cluster.routing.allocation.disk.watermark.high: 750mb
                cluster.routing.allocation.disk.watermark.flood_stage: 500mb
                %s""".formatted(
                quoted(home.resolve("data")), quoted(data.logs()), port, seat == null ? ALONE : seat.settings()));
        Files.writeString(config.resolve("jvm.options"), """
                -Xms%1$sm
                -Xmx%1$sm
                -XX:+UseG1GC
                -XX:TieredStopAtLevel=%5$s
                -XX:+ExitOnOutOfMemoryError
                -XX:-HeapDumpOnOutOfMemoryError
                -XX:ErrorFile=%2$s/elasticsearch-crash-%%p.log
                -Djava.io.tmpdir=%3$s
                --add-modules=jdk.incubator.vector
                --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED
                -XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.setAsTypeCache
                -XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.asTypeUncached
                -Dorg.apache.lucene.store.defaultReadAdvice=normal
                -Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1
                %4$s
                """.formatted(
                        heapMegabytes, data.logs(), home.resolve("tmp"), marker(data), quick ? 1 : 4));
        Files.writeString(config.resolve("log4j2.properties"), """
                status = error
                appender.console.type = Console
                appender.console.name = console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.}%marker %m%consoleException%n
                # Would put the parameters of failed requests into the log.
                logger.requests.name = rest.suppressed
                logger.requests.level = off
                rootLogger.level = info
                rootLogger.appenderRef.console.ref = console
                """);
        for (Path folder : List.of(home, home.resolve("data"), home.resolve("tmp"), data.logs())) {
            account().own(folder);
        }
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    @Override
    List<String> command() {
        return List.of(
                software.elasticsearch().resolve("bin").resolve("elasticsearch").toString(),
                "-p",
                pidFile(data).toString());
    }

    @Override
    void environment(Map<String, String> environment) {
        // Java options of the operator's shell are not meant for this server.
        environment.keySet().removeIf(name -> name.startsWith("ES_") || name.equals("CLI_JAVA_OPTS"));
        environment.remove("JDK_JAVA_OPTIONS");
        environment.put("ES_JAVA_HOME", System.getProperty("java.home"));
        environment.put("ES_PATH_CONF", data.elasticsearch().resolve("config").toString());
        environment.put("ES_TMPDIR", data.elasticsearch().resolve("tmp").toString());
        // For the small launcher, which lives for seconds of work.
        environment.put("CLI_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    }

    @Override
    boolean answers() {
        HttpRequest request = HttpRequest.newBuilder(
                        uri().resolve("/_cluster/health?wait_for_status=yellow&timeout=1s"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> health = http.send(request, HttpResponse.BodyHandlers.ofString());
            return health.statusCode() == 200 || remainsUnassigned(health.body());
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw Interruption.of(e);
        }
    }

    /** What is damaged can be deleted and made anew only where the node runs. */
    private boolean remainsUnassigned(String health) {
        if (!UNASSIGNED.matcher(health).find()) {
            unassignedSince = null;
        } else if (unassignedSince == null) {
            unassignedSince = System.nanoTime();
        } else if (System.nanoTime() - unassignedSince > UNASSIGNED_FOR.toNanos()) {
            progress(title() + " cannot read all of its data; why is in "
                    + data.logs().resolve("elasticsearch.log"));
            return true;
        }
        return false;
    }

    /** The launcher passes it on to the node. */
    @Override
    void requestStop(Process running) {
        running.destroy();
    }

    @Override
    void endLeftovers() {
        endOrphans(data, account());
    }

    /** A system property without effect by which an orphaned node is known again. */
    private static String marker(DataDirectory data) {
        return "-Dpatientsapi.embedded=" + data.elasticsearch();
    }

    private static Path pidFile(DataDirectory data) {
        return data.elasticsearch().resolve("server.pid");
    }
}
