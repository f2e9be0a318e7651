package org.patientsapi.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 to this machine over one connection that is kept. It does as little as a client can, because it shares the
 * processors with what it measures. For one thread.
 */
final class Wire implements AutoCloseable {

    private static final int BUFFER = 1 << 16;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final int port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    Wire(int port) {
        this.port = port;
    }

    /** @param body UTF-8 */
    record Answer(int status, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * @param headers further ones, each with its line end
     * @param body {@code null} for none
     */
    Answer send(String method, String path, String headers, byte @Nullable [] body) {
        String length = body == null ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n";
        byte[] head = (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + length + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[head.length + (body == null ? 0 : body.length)];
        System.arraycopy(head, 0, whole, 0, head.length);
        if (body != null) {
            System.arraycopy(body, 0, whole, head.length, body.length);
        }
        try {
            Socket open = connect();
            open.getOutputStream().write(whole);
            return receive();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    private Socket connect() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket(InetAddress.getLoopbackAddress(), port);
            open.setTcpNoDelay(true);
            open.setSoTimeout(TIMEOUT_MILLIS);
            in = new BufferedInputStream(open.getInputStream(), BUFFER);
            socket = open;
        }
        return open;
    }

    private Answer receive() throws IOException {
        String status = line();
        int code = Integer.parseInt(status.substring(9, 12));
        int length = 0;
        boolean chunked = false;
        boolean last = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
            last |= lower.equals("connection: close");
        }
        byte[] body = chunked ? chunks() : bytes(length);
        if (last) {
            close();
        }
        return new Answer(code, body);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            whole.writeBytes(bytes(size));
            line();
            if (size == 0) {
                return whole.toByteArray();
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = open().read(); c != '\n'; c = open().read()) {
            if (c < 0) {
                throw new EOFException("the connection ended within an answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = open().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection ended within an answer");
        }
        return bytes;
    }

    private InputStream open() throws IOException {
        if (in == null) {
            throw new EOFException("there is no connection");
        }
        return in;
    }

    @Override
    public void close() {
        try (Socket old = socket) {
            socket = null;
            in = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
