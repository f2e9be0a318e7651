package org.patientsapi.platform.web;

import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param timeZone in which the hospital's days begin and ages are counted */
@ConfigurationProperties("patients")
record HospitalProperties(@DefaultValue("Asia/Kolkata") ZoneId timeZone) {}
