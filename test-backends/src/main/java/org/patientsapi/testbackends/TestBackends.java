package org.patientsapi.testbackends;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.patientsapi.embedded.BackendSettings.Parts;
import org.patientsapi.embedded.EmbeddedBackends;
import org.testcontainers.DockerClientFactory;

/**
 * Real servers for the tests of this JVM: in containers where Docker is there, else the embedded ones with their data
 * under the module's {@code target}. Each is started when it is first asked for and stopped when the JVM ends.
 */
public final class TestBackends {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestBackends() {}

    /** A new empty database with the roles {@code patients_owner} and {@code patients_app}; takes some 0.1 s. */
    public static TestDatabase freshDatabase() {
        return Postgres.SERVER.apply("test_" + DATABASES.incrementAndGet());
    }

    /** One Elasticsearch for the whole JVM, empty when it starts: tests keep apart by the names of their indices. */
    public static URI elasticsearchUri() {
        return Elasticsearch.ADDRESS;
    }

    /** One Kafka broker for the whole JVM, empty when it starts: tests keep apart by the names of their topics. */
    public static String kafkaBootstrapServers() {
        return Kafka.ADDRESS;
    }

    private static boolean docker() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /** A class of its own: loaded, and so started, when first used. */
    private static final class Postgres {
        static final Function<String, TestDatabase> SERVER =
                docker() ? new ContainerPostgres()::create : embedded(TestDirectory.start(Parts.POSTGRES));

        private static Function<String, TestDatabase> embedded(EmbeddedBackends server) {
            return name -> new TestDatabase(server.createDatabase(name), server.owner(), server.application());
        }
    }

    private static final class Elasticsearch {
        static final URI ADDRESS = docker()
                ? ContainerElasticsearch.start()
                : TestDirectory.start(Parts.ELASTICSEARCH).elasticsearchUri();
    }

    private static final class Kafka {
        static final String ADDRESS = docker() ? ContainerKafka.start() : KafkaProcess.start();
    }
}
