package org.patientsapi.query;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param lookAfterEvery how often it is looked whether the index is there, a run was left undone, a parked patient is due
 * @param searchGrace how long the old generation is kept for the searches that had begun on it when the new one went live
 * @param replicas copies of each document on other nodes of the search engine; taken when an index is made
 * @param stretch how many patients a run over all of them takes at a time
 */
@ConfigurationProperties("patients.index")
record IndexProperties(
        @DefaultValue("PT5S") Duration lookAfterEvery,
        @DefaultValue("PT10S") Duration searchGrace,
        @DefaultValue("0") int replicas,
        @DefaultValue("500") int stretch) {}
