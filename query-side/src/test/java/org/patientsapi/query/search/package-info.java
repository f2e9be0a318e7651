/** Rules of the name engine, each shown alone, and a made-up register to measure them together. */
package org.patientsapi.query.search;
