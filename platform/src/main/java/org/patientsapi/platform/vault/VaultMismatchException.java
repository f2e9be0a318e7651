package org.patientsapi.platform.vault;

/**
 * The vault's file and the database do not belong together. Starting all the same would write data that the next start
 * cannot read, so the message, one sentence for the operator, is all that happens.
 */
public final class VaultMismatchException extends VaultException {

    VaultMismatchException(String message) {
        super(message, null);
    }
}
