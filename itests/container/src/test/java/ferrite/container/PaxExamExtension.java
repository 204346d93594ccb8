package ferrite.container;

import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.Reactor;
import ferrite.runtime.boot.FrameworkMachine;
import ferrite.runtime.plugin.PluginConnector;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestAddress;
import org.ops4j.pax.exam.TestProbeBuilder;
import org.ops4j.pax.exam.nat.internal.NativeTestContainer;
import org.ops4j.pax.exam.spi.DefaultExamSystem;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/// Lets Pax Exam run Jupiter tests: the only class that knows it, because it has no Jupiter driver of its own.
///
/// For each test class a framework is started the way Pax Exam does it, but with our connector, so that plug-ins become
/// modules; then the machine in it. The tests are packed into a bundle and run there. What they share with the outside
/// (runtime, JUnit, the machine) comes by boot delegation.
final class PaxExamExtension implements BeforeAllCallback, AfterAllCallback, InvocationInterceptor {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(PaxExamExtension.class);
    private static final int EXAM_START_LEVEL = 2;
    /// Where Pax Exam puts the bundle of the tests.
    private static final int PROBE_START_LEVEL = 5;
    private static final List<String> SHARED = List.of(
            "ferrite.container.machine",
            "ferrite.runtime",
            "ferrite.runtime.*",
            "ferrite.spi.*",
            "org.assertj.*",
            "org.junit.*",
            "org.opentest4j",
            "org.opentest4j.*",
            "org.slf4j",
            "org.slf4j.*",
            "sun.*");

    private record Running(
            NativeTestContainer container, ContainerMachine machine, Map<String, TestAddress> addresses) {}

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Class<?> tests = context.getRequiredTestClass();
        Path folder = Reactor.scratch(tests.getSimpleName());
        PluginConnector connector = FrameworkMachine.connector(folder.resolve("plugins"));
        ExamSystem system = DefaultExamSystem.create(options());
        NativeTestContainer container =
                new NativeTestContainer(system, settings -> framework(settings, folder, connector));
        container.start();
        try {
            BundleContext framework = container.getSystemBundle().getBundleContext();
            ContainerMachine machine = ContainerMachine.start(
                    framework,
                    connector,
                    folder,
                    tests.getAnnotation(OnMachine.class).without());
            TestProbeBuilder probe = system.createProbe();
            Map<String, TestAddress> addresses = addresses(probe, tests);
            probe.setHeader(Constants.IMPORT_PACKAGE, "org.osgi.framework,org.osgi.framework.wiring");
            try (InputStream jar = probe.build().getStream()) {
                container.installProbe(jar);
            }
            context.getStore(NAMESPACE).put(Running.class, new Running(container, machine, addresses));
        } catch (Exception | LinkageError failed) {
            container.stop();
            throw failed;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Running running = context.getStore(NAMESPACE).remove(Running.class, Running.class);
        if (running != null) {
            running.container.uninstallProbe();
            running.machine.close();
            running.container.stop();
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        Running running = context.getStore(NAMESPACE).get(Running.class, Running.class);
        try {
            running.container.call(running.addresses.get(method.getExecutable().getName()));
        } catch (RuntimeException wrapped) {
            throw ofTheTest(wrapped);
        }
    }

    /// Under the wrappings of Pax Exam and of reflection.
    private static Throwable ofTheTest(Throwable wrapped) {
        Throwable inner = wrapped;
        while (inner.getCause() != null
                && (inner instanceof InvocationTargetException
                        || inner.getClass().getName().startsWith("org.ops4j.pax.exam"))) {
            inner = inner.getCause();
        }
        return inner;
    }

    private static Map<String, TestAddress> addresses(TestProbeBuilder probe, Class<?> tests) {
        Map<String, TestAddress> addresses = new HashMap<>();
        Arrays.stream(tests.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .forEach(name -> addresses.put(name, probe.addTest(InContainer.class, "run", tests.getName(), name)));
        return addresses;
    }

    private static Framework framework(Map<String, String> given, Path folder, PluginConnector connector) {
        Map<String, String> settings = new HashMap<>(given);
        settings.put(Constants.FRAMEWORK_STORAGE, folder.resolve("felix-cache").toString());
        settings.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        settings.put(Constants.FRAMEWORK_BOOTDELEGATION, String.join(",", SHARED));
        settings.put(Constants.FRAMEWORK_BUNDLE_PARENT, Constants.FRAMEWORK_BUNDLE_PARENT_APP);
        settings.merge(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, systemPackages(), (one, two) -> one + ',' + two);
        settings.put("felix.service.urlhandlers", "false");
        return new org.apache.felix.framework.FrameworkFactory().newFramework(settings, connector);
    }

    /// Those of the product, and those that Pax Exam's bundles import.
    private static String systemPackages() {
        return FrameworkMachine.systemPackages()
                + ",org.slf4j;version=1.7.36,org.slf4j.helpers;version=1.7.36,org.slf4j.spi;version=1.7.36";
    }

    /// The bundles of Pax Exam that are needed inside, from the class path: no network, no local repository.
    private static Option[] options() throws IOException {
        List<Option> options =
                new ArrayList<>(List.of(CoreOptions.cleanCaches(), CoreOptions.frameworkStartLevel(PROBE_START_LEVEL)));
        bundlesOnClassPath().forEach((name, jar) -> {
            if (name.startsWith("org.ops4j.base")
                    || name.startsWith("org.ops4j.pax.swissbox")
                    || name.startsWith("org.ops4j.pax.exam")
                    || name.contains("atinject")) {
                options.add(CoreOptions.bundle("reference:" + jar).startLevel(EXAM_START_LEVEL));
            }
        });
        return options.toArray(Option[]::new);
    }

    private static Map<String, String> bundlesOnClassPath() throws IOException {
        Map<String, String> bundles = new TreeMap<>();
        ClassLoader loader = PaxExamExtension.class.getClassLoader();
        for (URL url : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
            try (InputStream in = url.openStream()) {
                String name = new Manifest(in).getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
                String place = url.toString();
                if (name != null && place.startsWith("jar:")) {
                    bundles.putIfAbsent(
                            name.split(";", 2)[0].strip(), place.substring("jar:".length(), place.indexOf("!/")));
                }
            }
        }
        return bundles;
    }
}
