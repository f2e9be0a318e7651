package org.patientsapi.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name and revision under which an event is stored for ever. Java names may change; these may not: a new shape is a
 * new revision with an upcaster from the one before.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventType {
    /** Logical name in the hospital's words, such as {@code patient.registered}. */
    String name();

    /** Counts up from {@code "1"} whenever the stored shape changes. */
    String revision();
}
