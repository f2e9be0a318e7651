package org.patientsapi.testbackends;

import java.net.URI;
import org.patientsapi.embedded.EmbeddedBackends;
import org.testcontainers.elasticsearch.ElasticsearchContainer;

/** Elasticsearch in a container, which Testcontainers removes when the JVM has ended. */
final class ContainerElasticsearch {

    private static final String IMAGE =
            "docker.elastic.co/elasticsearch/elasticsearch:" + EmbeddedBackends.elasticsearchVersion();

    private ContainerElasticsearch() {}

    // Open until the JVM ends, by design.
    @SuppressWarnings("resource")
    static URI start() {
        ElasticsearchContainer container = new ElasticsearchContainer(IMAGE)
                .withEnv("xpack.security.enabled", "false")
                .withEnv("action.auto_create_index", "false")
                .withEnv("ES_JAVA_OPTS", "-Xms512m -Xmx512m");
        container.start();
        return URI.create("http://" + container.getHttpHostAddress());
    }
}
