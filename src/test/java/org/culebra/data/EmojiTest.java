package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.culebra.tensor.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmojiTest {
    /** In the form of the package: two emoji, one of them with a variation, and one that nobody drew. */
    private static final String JSON = """
            [{"name":"GRINNING \\"FACE\\"","text":null,"image":"1f600.png","short_name":"grinning","category":"Smileys",
              "subcategory":"face-smiling","has_img_google":true},
             {"name":"WAVING H\\u0041ND","image":"1f44b.png","category":"People","subcategory":"hand-fingers-open",
              "skin_variations":{"1F3FB":{"unified":"1F44B-1F3FB","image":"1f44b-1f3fb.png"}}},
             {"name":"NEVER DRAWN","image":"ffff.png","category":"People","subcategory":"person"}]
            """;

    @TempDir
    private Path root;

    private final List<String> said = new ArrayList<>();

    private DataPlaces places() {
        return new DataPlaces(Optional.of(root), root.resolve("cache"), root.resolve("system"), false, said::add);
    }

    private Path pictures(String designer) {
        return root.resolve("emoji-datasource-" + designer + "/package/img/" + designer + "/64");
    }

    private void write() throws IOException {
        for (String designer : List.of("google", "twitter")) {
            int shade = designer.equals("google") ? 0xff000010 : 0xff000020;
            ImageFolderTest.write(pictures(designer).resolve("1f600.png"), 64, 64, shade, shade);
            ImageFolderTest.write(pictures(designer).resolve("1f44b.png"), 64, 64, shade + 1, shade + 1);
            ImageFolderTest.write(pictures(designer).resolve("1f44b-1f3fb.png"), 64, 64, shade + 2, shade + 2);
            Files.writeString(root.resolve("emoji-datasource-" + designer + "/package/emoji.json"), JSON);
        }
        ImageFolderTest.write(pictures("google").resolve("undescribed.png"), 64, 64, 0, 0);
        ImageFolderTest.write(pictures("google").resolve("ffff.png"), 64, 64, 0, 0);
    }

    @Test
    void picturesArePairedByFileNameAndHaveTheirCategories() throws IOException {
        write();
        Emoji emoji = Emoji.load(places());
        assertEquals(
                List.of("face-smiling", "hand-fingers-open"), emoji.google().classes());
        assertEquals(
                List.of("emoji: 2 by Google and 0 by Twitter are left out: they have no partner by the other, or no"
                        + " description"),
                said);
        // In the order of the file names: 1f44b-1f3fb, 1f44b, 1f600.
        assertArrayEquals(new long[] {1, 1, 0}, emoji.google().labels().toLongArray());
        assertEquals(List.of("WAVING HAND", "WAVING HAND", "GRINNING \"FACE\""), emoji.names());
        for (Batch batch : Loader.of(emoji.pairs()).shuffle(Random.seeded(1)).transform(Transform.identity())) {
            for (int i = 0; i < 3; i++) {
                double blue = batch.inputs().get(i, 2, 5, 5);
                assertEquals(blue + 16, batch.targets().get(i, 2, 5, 5));
            }
        }
    }

    @Test
    void categoriesCanBeChosen() throws IOException {
        write();
        Emoji smiling = Emoji.load(places()).only("face-smiling");
        assertEquals(1, smiling.pairs().size());
        assertEquals(List.of("GRINNING \"FACE\""), smiling.names());
        assertEquals(0x20, smiling.twitter().get(0).images().get(0, 2, 0, 0));
        assertEquals(
                "emoji: there is no category 'food' among [face-smiling, hand-fingers-open]",
                assertThrows(IllegalArgumentException.class, () -> smiling.only("food"))
                        .getMessage());
    }

    private void says(String message) {
        assertEquals(
                message,
                String.valueOf(assertThrows(IOException.class, () -> Emoji.load(places()))
                                .getMessage())
                        .replace(root + "/", ""));
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        String place = root.toString();
        String looked = place + ", " + place + "/cache/emoji, " + place + "/system/emoji: npm pack ";
        String rest = " of one of these, or of another that you name by --data-dir";
        assertEquals(
                "the npm packages emoji-datasource-google and emoji-datasource-twitter are not in " + looked
                        + "emoji-datasource-google emoji-datasource-twitter, unpack them into the folders of these names"
                        + rest,
                assertThrows(IOException.class, () -> Emoji.load(places())).getMessage());
        for (String designer : List.of("google", "twitter")) {
            Path there = pictures(designer.equals("google") ? "twitter" : "google");
            Files.createDirectories(there);
            String npm = "emoji-datasource-" + designer;
            assertEquals(
                    "the npm package " + npm + " is not in " + looked + npm + ", unpack it into the folder " + npm
                            + rest,
                    assertThrows(IOException.class, () -> Emoji.load(places())).getMessage());
            Files.delete(there);
        }
        write();
        Path json = root.resolve("emoji-datasource-google/package/emoji.json");
        Files.writeString(json, "[]");
        says("emoji-datasource-google/package/emoji.json describes no emoji");
        Files.delete(json);
        says("emoji-datasource-google/package/emoji.json is not there: it says what the pictures show");
        Files.writeString(json, "[{\"name\":\"X\",\"image\":\"x.png\",\"subcategory\":\"y\"}]");
        says("emoji-datasource-twitter/package/img/twitter/64 has none of the pictures that are described and drawn in "
                + "emoji-datasource-google/package: there are no pairs");
        Files.writeString(json, JSON);
        ImageFolderTest.write(pictures("twitter").resolve("1f44b-1f3fb.png"), 32, 16, 0, 0);
        says("emoji-datasource-twitter/package/img/twitter/64/1f44b-1f3fb.png has 16×32 pixels, not 64×64");
    }
}
