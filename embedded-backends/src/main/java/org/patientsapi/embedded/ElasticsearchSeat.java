package org.patientsapi.embedded;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A node's place in a cluster on this machine. All nodes of the cluster are started at once, each with its own data
 * directory: none answers before most of them are there.
 *
 * @param transportPort on which the others reach this node
 * @param allTransportPorts those of all nodes, this one's included
 */
public record ElasticsearchSeat(int transportPort, List<Integer> allTransportPorts) {

    public ElasticsearchSeat {
        allTransportPorts = List.copyOf(allTransportPorts);
        if (!allTransportPorts.contains(transportPort)) {
            throw new IllegalArgumentException("a node's own port is one of the cluster's");
        }
    }

    /** Lines of {@code elasticsearch.yml}. */
    String settings() {
        return """
                node.name: %s
                transport.port: %s
                discovery.seed_hosts: [%s]
                cluster.initial_master_nodes: [%s]
                """.formatted(
                        name(transportPort),
                        transportPort,
                        allTransportPorts.stream()
                                .map(port -> "'127.0.0.1:" + port + "'")
                                .collect(Collectors.joining(", ")),
                        allTransportPorts.stream().map(ElasticsearchSeat::name).collect(Collectors.joining(", ")));
    }

    private static String name(int transportPort) {
        return "node-" + transportPort;
    }
}
