package org.patientsapi.query;

import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.messaging.StreamableMessageSource;

/**
 * Axon's tracking processor, which is woken by commits where the pooled one looks twice a second; but with short pauses
 * after a failure. Left to itself it waits a minute in the end, also when the search engine is back after two seconds.
 */
final class PromptProcessor extends TrackingEventProcessor {

    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private PromptProcessor(Builder builder) {
        super(builder);
    }

    static PromptProcessor of(String name, Configuration axon, EventHandlerInvoker handlers, int batch) {
        Builder builder = TrackingEventProcessor.builder()
                .name(name)
                .eventHandlerInvoker(handlers)
                .messageMonitor(axon.messageMonitor(TrackingEventProcessor.class, name))
                .messageSource(axon.eventStore())
                .tokenStore(axon.getComponent(TokenStore.class))
                .transactionManager(axon.getComponent(TransactionManager.class))
                .trackingEventProcessorConfiguration(TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                        .andInitialTrackingToken(StreamableMessageSource::createTailToken)
                        .andBatchSize(batch));
        return new PromptProcessor(builder);
    }

    @Override
    protected void doSleepFor(long millisToSleep) {
        super.doSleepFor(Math.min(millisToSleep, LONGEST_PAUSE_MILLIS));
    }
}
