package org.patientsapi.standalone;

import org.springframework.boot.test.context.SpringBootContextLoader;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.MergedContextConfiguration;

/** Starts the product in this JVM, unless the installation under test is a cluster: that has only a database to show here. */
final class InstallationLoader extends SpringBootContextLoader {

    @Override
    public ApplicationContext loadContext(MergedContextConfiguration configuration) throws Exception {
        return Cluster.isUnderTest() ? Cluster.running().database() : super.loadContext(configuration);
    }
}
