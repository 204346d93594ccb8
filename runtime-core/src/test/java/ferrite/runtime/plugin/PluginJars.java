package ferrite.runtime.plugin;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.Layer;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.constant.ModuleDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Makes small plug-in jars for tests, whole ones and broken ones, without a compiler: the module `demo.plugin`, version
/// 1.2.3, which provides the driver `demo`.
final class PluginJars {
    private static final ClassDesc PROVIDER = ClassDesc.of("demo.plugin.Provider");
    private static final ClassDesc CONTRACT = ClassDesc.of(DriverProvider.class.getName());
    private static final ClassDesc LAYER = ClassDesc.of(Layer.class.getName());
    private static final ClassDesc FAILURE = ClassDesc.of(IllegalStateException.class.getName());

    private final Path folder;

    PluginJars(Path folder) {
        this.folder = folder;
    }

    /// A jar that is all right.
    Path whole() throws IOException {
        return pack("whole.jar", files(List.of(), true, CodeBuilder::return_));
    }

    /// A jar whose provider's constructor throws.
    Path throwing(String message) throws IOException {
        return pack(
                "throwing.jar",
                files(
                        List.of(),
                        true,
                        code -> code.new_(FAILURE)
                                .dup()
                                .ldc(message)
                                .invokespecial(FAILURE, INIT_NAME, MethodTypeDesc.of(CD_void, CD_String))
                                .athrow()));
    }

    /// A jar whose module requires another one.
    Path requiring(String module) throws IOException {
        return pack("requiring.jar", files(List.of(module), true, CodeBuilder::return_));
    }

    /// A jar whose module provides nothing.
    Path providingNothing() throws IOException {
        return pack("nothing.jar", files(List.of(), false, CodeBuilder::return_));
    }

    /// A jar without one of its files.
    Path without(String file) throws IOException {
        Map<String, byte[]> files = files(List.of(), true, CodeBuilder::return_);
        files.remove(file);
        return pack("without.jar", files);
    }

    private static Map<String, byte[]> files(
            Collection<String> required, boolean provides, Consumer<CodeBuilder> constructorEnd) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("module-info.class", moduleInfo(required, provides));
        files.put("demo/plugin/Provider.class", provider(constructorEnd));
        return files;
    }

    private static byte[] moduleInfo(Collection<String> required, boolean provides) {
        return ClassFile.of().buildModule(ModuleAttribute.of(ModuleDesc.of("demo.plugin"), module -> {
            module.requires(ModuleDesc.of("java.base"), List.of(AccessFlag.MANDATED), null);
            module.requires(ModuleDesc.of("ferrite.spi"), List.of(), null);
            required.forEach(name -> module.requires(ModuleDesc.of(name), List.of(), null));
            if (provides) {
                module.provides(CONTRACT, PROVIDER);
            }
        }));
    }

    private static byte[] provider(Consumer<CodeBuilder> constructorEnd) {
        return ClassFile.of()
                .build(
                        PROVIDER,
                        type -> type.withFlags(AccessFlag.PUBLIC, AccessFlag.FINAL)
                                .withInterfaceSymbols(CONTRACT)
                                .withMethodBody(INIT_NAME, MTD_void, ClassFile.ACC_PUBLIC, code -> {
                                    code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void);
                                    constructorEnd.accept(code);
                                })
                                .withMethodBody(
                                        "name",
                                        MethodTypeDesc.of(CD_String),
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.ldc("demo").areturn())
                                .withMethodBody(
                                        "layer",
                                        MethodTypeDesc.of(LAYER),
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.getstatic(LAYER, Layer.CLASS_DRIVER.name(), LAYER)
                                                .areturn())
                                .withMethodBody(
                                        "plugin",
                                        MethodTypeDesc.of(CD_Class),
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aconst_null().areturn()));
    }

    private Path pack(String name, Map<String, byte[]> files) throws IOException {
        Path jar = folder.resolve(name);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "demo.plugin");
        manifest.getMainAttributes().putValue("Bundle-Version", "1.2.3");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new JarEntry(file.getKey()));
                out.write(file.getValue());
                out.closeEntry();
            }
        }
        return jar;
    }
}
