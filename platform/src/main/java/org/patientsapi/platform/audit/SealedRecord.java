package org.patientsapi.platform.audit;

import java.io.IOException;
import java.sql.SQLException;

/** What is to be held against the seals, wherever it stands: in a database or in an export of one. It trusts nothing in it. */
interface SealedRecord {

    /**
     * Tells of strays, then of each seal in order, and after each of the rows in its stretch: of more than there should be, one
     * more.
     */
    <E extends Exception> void tell(Listener<E> listener) throws IOException, SQLException, E;

    /** Who is told. */
    interface Listener<E extends Exception> {

        void seal(Seal seal) throws E;

        void row(SealedLog log, byte[] leaf) throws E;

        /** @param count of rows at places that the log never gave out: no seal is over them, and none ever will be */
        void strays(SealedLog log, long count) throws E;

        /** @param place where there is something that is neither a seal nor a row */
        void broken(String place) throws E;
    }
}
