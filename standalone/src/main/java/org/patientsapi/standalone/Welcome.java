package org.patientsapi.standalone;

/** What stands on the console when everything is ready: where it is, and calls to copy. */
final class Welcome {

    private Welcome() {}

    static String text(StandaloneSettings settings) {
        return """

                Patients API is ready at %1$s
                  Documentation to try it in: %1$s/docs

                Get a token of the demo client front-desk, and find a patient:
                  TOKEN=$(curl -s -u front-desk:front-desk-secret -d grant_type=client_credentials \\
                    %1$s/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
                  curl -s -H "Authorization: Bearer $TOKEN" '%1$s/api/v1/patients?search=laxmi'

                Ctrl-C stops it; the data stay in %2$s. The log is %3$s
                """.formatted(settings.address(), settings.dataDirectory(), settings.logFile());
    }
}
