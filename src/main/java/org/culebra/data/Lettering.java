package org.culebra.data;

/**
 * The letters a to z, five pixels wide: a picture with a label looks the same on all machines, also where there are no fonts.
 */
final class Lettering {
    /** Pixels from one letter to the next. */
    static final int ADVANCE = 6;

    /** Pixels from the top of a tall letter to the bottom of one that hangs down. */
    static final int HEIGHT = 9;

    private static final String FIRST = """
            ..... #.... ..... ....# ..... ..##. ..... #.... ..#.. ...#. #.... .##.. .....
            ..... #.... ..... ....# ..... .#... ..... #.... ..... ..... #.... ..#.. .....
            .###. ####. .#### .#### .###. ####. .#### ####. .##.. ..##. #..#. ..#.. ####.
            ....# #...# #.... #...# #...# .#... #...# #...# ..#.. ...#. #.#.. ..#.. #.#.#
            .#### #...# #.... #...# ##### .#... #...# #...# ..#.. ...#. ##... ..#.. #.#.#
            #...# #...# #.... #...# #.... .#... #...# #...# ..#.. ...#. #.#.. ..#.. #.#.#
            .#### ####. .#### .#### .#### .#... .#### #...# .###. ...#. #..#. .###. #.#.#
            ..... ..... ..... ..... ..... ..... ....# ..... ..... #..#. ..... ..... .....
            ..... ..... ..... ..... ..... ..... .###. ..... ..... .##.. ..... ..... .....
            """;

    private static final String SECOND = """
            ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... .....
            ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... .....
            ####. .###. ####. .#### #.##. .#### ####. #...# #...# #.#.# #...# #...# #####
            #...# #...# #...# #...# ##..# #.... .#... #...# #...# #.#.# .#.#. #...# ...#.
            #...# #...# #...# #...# #.... .###. .#... #...# #...# #.#.# ..#.. #...# ..#..
            #...# #...# #...# #...# #.... ....# .#... #...# .#.#. #.#.# .#.#. #...# .#...
            #...# .###. ####. .#### #.... ####. ..##. .#### ..#.. .#.#. #...# .#### #####
            ..... ..... #.... ....# ..... ..... ..... ..... ..... ..... ..... ....# .....
            ..... ..... #.... ....# ..... ..... ..... ..... ..... ..... ..... .###. .....
            """;

    private static final int IN_ROW = 13;

    private Lettering() {}

    /** Whether all of it can be written. */
    static boolean has(String text) {
        return text.chars().allMatch(letter -> letter == ' ' || (letter >= 'a' && letter <= 'z'));
    }

    /** Whether there is ink at a pixel of a text. */
    static boolean inked(String text, int x, int y) {
        int letter = text.charAt(x / ADVANCE) - 'a';
        if (letter < 0 || x % ADVANCE == ADVANCE - 1) {
            return false;
        }
        String[] rows = (letter < IN_ROW ? FIRST : SECOND).split("\n", -1);
        return rows[y].charAt(letter % IN_ROW * ADVANCE + x % ADVANCE) == '#';
    }
}
