package org.patientsapi.standalone;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The way from the product to the real search engine, which a test can interrupt: to the product the engine is away. */
final class EngineLink {

    enum State {
        OPEN,
        /** Connections are refused, open ones have ended: the engine's process is gone. */
        REFUSING,
        /** Connections are taken and never answered: the engine's process is stopped, or its host out of reach. */
        HANGING,
        /** It asks for a login, or for another one. */
        REFUSING_LOGINS,
        /** All is answered but how many there are. */
        COUNTING_NEVER
    }

    private static final String REFUSAL = """
            HTTP/1.1 401 Unauthorized\r
            WWW-Authenticate: Basic realm="security", charset="UTF-8"\r
            Content-Type: application/json\r
            Content-Length: 85\r
            Connection: close\r
            \r
            {"error":{"type":"security_exception","reason":"missing credentials"},"status":401}\r
            """;

    private final URI engine;
    private final AtomicInteger refusedLogins = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private ServerSocket entrance;
    private State state = State.OPEN;

    EngineLink(URI engine) {
        this.engine = engine;
        this.entrance = listen(0);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
    }

    int refusedLogins() {
        return refusedLogins.get();
    }

    synchronized void become(State next) {
        if (next == State.REFUSING) {
            close(entrance);
            sockets.forEach(EngineLink::close);
        } else if (state == State.REFUSING) {
            entrance = listen(entrance.getLocalPort());
        }
        state = next;
        notifyAll();
    }

    private ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            Thread.ofVirtual().start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket near = from.accept();
                Socket far = new Socket(engine.getHost(), engine.getPort());
                Thread.ofVirtual().start(() -> pass(near, far));
                Thread.ofVirtual().start(() -> pass(far, near));
            }
        } catch (IOException closed) {
            // By become.
        }
    }

    private void pass(Socket from, Socket to) {
        sockets.add(from);
        byte[] buffer = new byte[64 * 1024];
        try (from;
                to) {
            for (int length; (length = from.getInputStream().read(buffer)) >= 0; ) {
                awaitOpen(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
                if (to.getPort() == engine.getPort() && state() == State.REFUSING_LOGINS) {
                    refusedLogins.incrementAndGet();
                    from.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.ISO_8859_1));
                    from.shutdownOutput();
                    // Otherwise what is left of the request would undo the answer.
                    from.getInputStream().transferTo(OutputStream.nullOutputStream());
                    return;
                }
                to.getOutputStream().write(buffer, 0, length);
            }
        } catch (IOException | InterruptedException ended) {
            // Either side has closed the connection.
        } finally {
            sockets.remove(from);
        }
    }

    private synchronized State state() {
        return state;
    }

    private synchronized void awaitOpen(String sent) throws InterruptedException {
        while (state == State.HANGING || (state == State.COUNTING_NEVER && sent.contains("/_count"))) {
            wait();
        }
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
