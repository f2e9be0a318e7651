package org.patientsapi.platform.vault;

import org.jspecify.annotations.Nullable;

/** The vault could not be read, or refused what it was asked. */
public final class VaultException extends RuntimeException {

    public VaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
