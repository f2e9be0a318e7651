package org.patientsapi.platform.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;

/**
 * The media types of {@code Accept} that are accepted at all, which those with a weight of 0 are not (RFC 9110, 12.4.2),
 * whatever charset is wanted with them: all that is answered is in UTF-8, and JSON has no
 * other (RFC 8259, 8.1). Spring would find out that it can write no other when the request has been carried out.
 */
final class AcceptedTypes extends HeaderContentNegotiationStrategy {

    private static final String CHARSET = "charset";

    @Override
    public List<MediaType> resolveMediaTypes(NativeWebRequest request) throws HttpMediaTypeNotAcceptableException {
        return super.resolveMediaTypes(request).stream()
                .filter(type -> type.getQualityValue() > 0)
                .map(AcceptedTypes::withoutCharset)
                .toList();
    }

    private static MediaType withoutCharset(MediaType type) {
        if (type.getParameter(CHARSET) == null) {
            return type;
        }
        Map<String, String> others = new LinkedHashMap<>(type.getParameters());
        others.keySet().removeIf(CHARSET::equalsIgnoreCase);
        return new MediaType(type, others);
    }
}
