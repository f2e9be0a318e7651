package org.patientsapi.query.feed;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import org.patientsapi.platform.security.SecurityConfiguration;
import org.patientsapi.platform.web.WebConfiguration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The feed over HTTP with all that stands before it, and no projection that would work beside it while it is measured. */
@EnableAutoConfiguration
@Import({
    WebConfiguration.class,
    SecurityConfiguration.class,
    FeedConfiguration.class,
    EventFeedController.class,
    EventStreamController.class
})
class FeedServer {

    public static void main(String[] arguments) {
        SpringApplication.run(FeedServer.class, arguments);
    }

    @Bean
    JWKSource<SecurityContext> keys(@Value("${benchmark.key-file}") Path file) throws IOException, ParseException {
        return new ImmutableJWKSet<>(new JWKSet(RSAKey.parse(Files.readString(file))));
    }
}
