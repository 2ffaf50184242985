package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @TempDir
    Path data;

    private String before;
    private Path folder;

    @BeforeEach
    void forget() throws IOException {
        before = System.getProperty(NativeLibrary.FOLDER_PROPERTY);
        System.clearProperty(NativeLibrary.FOLDER_PROPERTY);
        folder = NativeLibrary.folder(data);
    }

    @AfterEach
    void putBack() throws IOException {
        if (before == null) {
            System.clearProperty(NativeLibrary.FOLDER_PROPERTY);
        } else {
            System.setProperty(NativeLibrary.FOLDER_PROPERTY, before);
        }
        try (var left = Files.list(folder)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    @Test
    void whatAKilledServerLeftIsRemovedByTheNextOne() throws IOException {
        NativeLibrary.keepFor(data);
        assertThat(System.getProperty(NativeLibrary.FOLDER_PROPERTY)).isEqualTo(folder.toString());
        Path left = Files.createFile(folder.resolve("sqlite-3.1-x-libsqlitejdbc.so"));
        Path foreign = Files.createFile(folder.resolve("notes.txt"));
        System.clearProperty(NativeLibrary.FOLDER_PROPERTY);

        NativeLibrary.keepFor(data);

        assertThat(left).doesNotExist();
        assertThat(foreign).exists();
        assertThat(System.getProperty(NativeLibrary.FOLDER_PROPERTY)).isEqualTo(folder.toString());
    }

    @Test
    void aFolderThatOthersMayWriteIsNotTrusted() throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        NativeLibrary.keepFor(data);

        assertThat(System.getProperty(NativeLibrary.FOLDER_PROPERTY)).isNull();
    }

    @Test
    void theOperatorsChoiceStays() throws IOException {
        Files.createDirectory(folder);
        System.setProperty(NativeLibrary.FOLDER_PROPERTY, "/chosen");

        NativeLibrary.keepFor(data);

        assertThat(System.getProperty(NativeLibrary.FOLDER_PROPERTY)).isEqualTo("/chosen");
    }
}
