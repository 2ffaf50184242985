package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** A run's picture shows what lasted and what happened where it belongs. */
class TimelineTest {
    private static final Timeline.Lane MEMBER = new Timeline.LaneBuilder("members", "member A")
            .begin(0, Timeline.Kind.UP, "up")
            .begin(5_000, Timeline.Kind.DOWN, "down")
            .begin(7_500, Timeline.Kind.UP, "up")
            .mark(5_000, 'D', "died")
            .build(10_000);
    private static final Timeline.Lane ROOM = new Timeline.LaneBuilder("rooms", "a <room> & more")
            .begin(1_000, Timeline.Kind.STARTING, "starting")
            .end(1_001)
            .mark(9_999, 'c', "crash")
            .mark(9_998, 'f', "failed write")
            .build(10_000);

    private final Timeline timeline = new Timeline(10_000, 5_000, List.of(MEMBER, ROOM));

    @Test
    void aRowShowsSpansAndMarksInTheirColumns() {
        List<String> lines = TimelineText.lines(timeline, 40);

        assertThat(lines).contains("  member A       |====================Dxxxxxxxxx==========|");
        assertThat(lines).contains("members", "rooms");
    }

    @Test
    void theShortestSpanStillShowsAndDifferentMarksInOneColumnAreAStar() {
        assertThat(TimelineText.lines(timeline, 40))
                .contains("  a <room> & more|    ~                                  *|");
    }

    @Test
    void theBreakIsPointedAtAndTheSignsAreExplained() {
        List<String> lines = TimelineText.lines(timeline, 40);

        assertThat(lines).contains("                                      ^ broken at 5000 ms");
        assertThat(lines).contains("= up, ~ starting, x down", "D died, c crash, f failed write, * several of them");
    }

    @Test
    void theSvgIsAPictureThatAnyReaderTakes() throws Exception {
        String svg = TimelineSvg.draw(timeline, "seed 7 <broken>");

        var picture =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(picture.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(picture.getElementsByTagName("title").getLength()).isEqualTo(8);
        assertThat(svg)
                .contains("a &lt;room&gt; &amp; more", "broken at 5000 ms")
                .doesNotContain("<script");
    }

    @Test
    void anEmptyRunHasAPictureToo() {
        Timeline empty = new Timeline(0, -1, List.of(MEMBER));

        assertThatCode(() -> TimelineText.lines(empty, 10)).doesNotThrowAnyException();
        assertThatCode(() -> TimelineSvg.draw(empty, "")).doesNotThrowAnyException();
    }
}
