package org.patientsapi.standalone;

import java.util.Objects;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.webjars.WebJarVersionLocator;

/** The page at {@code /docs}: Swagger UI over the API's own description, with nothing from another host. */
@Configuration(proxyBeanMethods = false)
class DocumentationPage implements WebMvcConfigurer {

    private static final String UI = "swagger-ui";

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/docs").setViewName("forward:/docs/index.html");
        registry.addRedirectViewController("/docs/", "/docs");
        registry.addRedirectViewController("/", "/docs");
    }

    /** Only what the page needs: the jar also holds a page of its own, over somebody else's API. */
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        String version =
                Objects.requireNonNull(new WebJarVersionLocator().version(UI), "Swagger UI is on the classpath");
        registry.addResourceHandler("/docs/ui/{file:swagger-ui\\.css|swagger-ui-bundle\\.js}")
                .addResourceLocations(
                        "classpath:" + WebJarVersionLocator.WEBJARS_PATH_PREFIX + "/" + UI + "/" + version + "/");
    }
}
