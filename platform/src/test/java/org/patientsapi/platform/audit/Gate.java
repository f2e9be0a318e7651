package org.patientsapi.platform.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A way to a server on this machine that can be shut: what is connected breaks off, and nobody new gets through. */
final class Gate implements AutoCloseable {

    private final int target;
    private final ServerSocket entrance;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile boolean open = true;
    private volatile boolean frozen;

    Gate(int target) {
        try {
            this.target = target;
            this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    void shut() {
        open = false;
        sockets.forEach(Gate::close);
        sockets.clear();
    }

    /** As if the server stood still: whoever is connected, or comes to be, hears nothing. */
    void freeze() {
        frozen = true;
    }

    void reopen() {
        open = true;
        frozen = false;
    }

    // Both sockets live until one side ends or the gate is shut.
    @SuppressWarnings("resource")
    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket from = entrance.accept();
                sockets.add(from);
                if (!open) {
                    close(from);
                    continue;
                }
                Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(to);
                Thread.ofVirtual().start(() -> copy(from, to));
                Thread.ofVirtual().start(() -> copy(to, from));
            } catch (IOException e) {
                // Closed, or nobody behind it.
            }
        }
    }

    private void copy(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                while (frozen) {
                    Thread.sleep(10);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException | InterruptedException e) {
            // Shut.
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shut();
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
