package org.culebra.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.FileImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Pictures one after the other, for ever: {@code AnimatedGif.of(frames).hundredths(4).write(path)}. */
public final class AnimatedGif {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    private static final int HUNDREDTHS = 6;
    private static final int LONGEST = 0xffff;

    private final List<ImageGrid> frames;
    private int delay = HUNDREDTHS;

    private AnimatedGif(List<ImageGrid> frames) {
        this.frames = frames;
    }

    /**
     * These pictures, .06 seconds each.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static AnimatedGif of(List<ImageGrid> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("animated gif: at least one picture is needed");
        }
        return new AnimatedGif(List.copyOf(frames));
    }

    /**
     * Hundredths of a second for each picture.
     *
     * @throws IllegalArgumentException unless it is 1 to 65,535
     */
    public AnimatedGif hundredths(int each) {
        if (each < 1 || each > LONGEST) {
            throw new IllegalArgumentException(
                    "animated gif: 1 to " + LONGEST + " hundredths of a second for a picture, not " + each);
        }
        delay = each;
        return this;
    }

    /**
     * Writes the file, which appears under its name whole or not at all.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path gif) throws IOException {
        ImageGrid.writeWhole(gif, unfinished -> {
            ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
            try (var out = new FileImageOutputStream(unfinished.toFile())) {
                writer.setOutput(out);
                writer.prepareWriteSequence(null);
                for (ImageGrid frame : frames) {
                    var picture = frame.draw();
                    var type = ImageTypeSpecifier.createFromRenderedImage(picture);
                    IIOMetadata metadata = writer.getDefaultImageMetadata(type, null);
                    time(metadata);
                    writer.writeToSequence(new IIOImage(picture, new ArrayList<>(), metadata), null);
                }
                writer.endWriteSequence();
            } finally {
                writer.dispose();
            }
        });
    }

    /** How long the picture stays, and that after the last one comes the first: Netscape's extension, with 0 for ever. */
    private void time(IIOMetadata metadata) throws IOException {
        var root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", Integer.toString(delay));
        var extension = new IIOMetadataNode("ApplicationExtension");
        extension.setAttribute("applicationID", "NETSCAPE");
        extension.setAttribute("authenticationCode", "2.0");
        extension.setUserObject(new byte[] {1, 0, 0});
        child(root, "ApplicationExtensions").appendChild(extension);
        metadata.setFromTree(FORMAT, root);
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i) instanceof @Nullable IIOMetadataNode node && name.equals(node.getNodeName())) {
                return node;
            }
        }
        var node = new IIOMetadataNode(name);
        root.appendChild(node);
        return node;
    }
}
