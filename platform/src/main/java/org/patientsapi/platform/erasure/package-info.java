/** Who was erased: the ledger in the database, its copy beside the vault, and what makes the one true to the other. */
@NullMarked
package org.patientsapi.platform.erasure;

import org.jspecify.annotations.NullMarked;
