package ferrite.architecture;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a class file names: every class in its constant pool, and every type in a descriptor, a generic signature or
/// an annotation, which all stand in the pool as text.
///
/// A string literal that looks like a descriptor, `Lcom/example/Type;`, counts too. Names are those of
/// [Class#getName].
final class ClassReferences {
    private static final Pattern TYPE_IN_DESCRIPTOR = Pattern.compile("L((?:[\\w$]+/)+[\\w$]+)[;<]");

    /// Every rule asks about every class.
    private static final Map<ClassModel, SortedSet<String>> ANSWERS = new ConcurrentHashMap<>();

    private ClassReferences() {}

    /// Names of the classes that the class file refers to, without its own.
    static SortedSet<String> classes(ClassModel model) {
        return ANSWERS.computeIfAbsent(model, ClassReferences::read);
    }

    /// Packages of [#classes], without its own.
    static SortedSet<String> packages(ClassModel model) {
        SortedSet<String> packages = new TreeSet<>();
        classes(model).forEach(name -> packages.add(packageOf(name)));
        packages.remove(packageOf(name(model)));
        return packages;
    }

    /// Fields and methods that the class file uses, as `java.lang.System.out`.
    static SortedSet<String> members(ClassModel model) {
        SortedSet<String> names = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                names.add(binaryName(member.owner().asInternalName())
                        + '.'
                        + member.name().stringValue());
            }
        }
        return names;
    }

    static String name(ClassModel model) {
        return binaryName(model.thisClass().asInternalName());
    }

    static String packageOf(String className) {
        int dot = className.lastIndexOf('.');
        return dot < 0 ? "" : className.substring(0, dot);
    }

    private static SortedSet<String> read(ClassModel model) {
        SortedSet<String> names = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type
                when !type.asInternalName().startsWith("[") -> names.add(binaryName(type.asInternalName()));
                case Utf8Entry text -> addTypes(text.stringValue(), names);
                default -> {}
            }
        }
        names.remove(name(model));
        return Collections.unmodifiableSortedSet(names);
    }

    private static void addTypes(String text, SortedSet<String> names) {
        Matcher types = TYPE_IN_DESCRIPTOR.matcher(text);
        while (types.find()) {
            names.add(binaryName(types.group(1)));
        }
    }

    private static String binaryName(String internalName) {
        return internalName.replace('/', '.');
    }
}
