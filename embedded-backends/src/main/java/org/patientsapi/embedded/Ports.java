package org.patientsapi.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.patientsapi.embedded.BackendStartException.Reason;

/** TCP ports on 127.0.0.1. */
final class Ports {

    private Ports() {}

    /** The asked-for port if nobody listens there, or any free one for 0. */
    static int available(int wanted, String server) {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BackendStartException(
                    Reason.PORT_IN_USE,
                    "Port " + wanted + ", meant for " + server
                            + ", is already in use by another program; stop that one or choose another port.",
                    e);
        }
    }
}
