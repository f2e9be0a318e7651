package org.patientsapi.platform.vault;

import com.google.crypto.tink.Aead;

/** What became of a patient's data key. */
public sealed interface PatientKey {

    /** AES-256-GCM under the patient's own key. */
    record Live(Aead aead) implements PatientKey {}

    /** The key is gone for ever, and with it whatever it encrypted. */
    record Destroyed() implements PatientKey {}
}
