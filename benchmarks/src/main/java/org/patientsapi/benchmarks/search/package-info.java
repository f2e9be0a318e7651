/** How well and how fast the product finds people, beside what a search engine finds by itself. */
@NullMarked
package org.patientsapi.benchmarks.search;

import org.jspecify.annotations.NullMarked;
