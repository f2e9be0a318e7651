package org.patientsapi.platform.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/** @param maxBody the largest request body that is read */
@ConfigurationProperties("patients.http")
record HttpProperties(@DefaultValue("256KB") DataSize maxBody) {}
