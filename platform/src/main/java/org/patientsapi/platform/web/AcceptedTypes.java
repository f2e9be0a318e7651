package org.patientsapi.platform.web;

import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;

/**
 * The media types of {@code Accept} that are accepted at all, which those with a weight of 0 are not (RFC 9110, 12.4.2), and
 * without their parameters, since what is answered has none. In another charset than UTF-8 there is no JSON (RFC 8259, 8.1),
 * which Spring would find out when the request has been carried out; every other parameter it would send back as if the
 * answer had it.
 */
final class AcceptedTypes extends HeaderContentNegotiationStrategy {

    @Override
    public List<MediaType> resolveMediaTypes(NativeWebRequest request) throws HttpMediaTypeNotAcceptableException {
        return super.resolveMediaTypes(request).stream()
                .filter(type -> type.getQualityValue() > 0)
                .map(AcceptedTypes::withoutParameters)
                .toList();
    }

    private static MediaType withoutParameters(MediaType type) {
        return new MediaType(type.getType(), type.getSubtype()).copyQualityValue(type);
    }
}
