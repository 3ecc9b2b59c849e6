package org.culebra.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.culebra.fuzz.Target;

/** PNG and JPEG files, in colour and grey. */
public final class PicturesFuzz implements Target {
    /** Of a byte there may come thousands of pixels, by design: few bytes keep the tries fast. */
    private static final int LONGEST = 700;

    @Override
    public List<byte[]> seeds() throws IOException {
        var seeds = new ArrayList<byte[]>();
        for (int type : List.of(
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_BYTE_BINARY,
                BufferedImage.TYPE_USHORT_GRAY)) {
            seeds.add(picture(type, "png"));
        }
        seeds.add(picture(BufferedImage.TYPE_3BYTE_BGR, "jpg"));
        seeds.add(picture(BufferedImage.TYPE_BYTE_GRAY, "jpg"));
        return seeds;
    }

    private static byte[] picture(int type, String format) throws IOException {
        var picture = new BufferedImage(5, 4, type);
        picture.setRGB(1, 1, 0xffffffff);
        return Target.file(file -> ImageIO.write(picture, format, file.toFile()));
    }

    @Override
    public List<String> tokens() {
        return List.of(
                "IHDR",
                "PLTE",
                "IDAT",
                "IEND",
                "tRNS",
                "zTXt",
                "iTXt",
                "tEXt",
                "iCCP",
                "gAMA",
                "\u0000\u0000\u0000\u0000");
    }

    @Override
    public int longest() {
        return LONGEST;
    }

    @Override
    public Class<? extends IOException> refusal() {
        return MalformedDataException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Pictures.read(file, Files.size(file) % 2 == 0);
    }
}
